likelore serve --help
