likelore --version
