likelore net info absent.bif
