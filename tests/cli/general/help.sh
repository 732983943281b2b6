likelore --help
