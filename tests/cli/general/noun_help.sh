likelore net --help
