likelore net info
