likelore net check missing.bif
