likelore net info --help
