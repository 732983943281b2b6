likelore net info .
