likelore net info absent.bif --json
