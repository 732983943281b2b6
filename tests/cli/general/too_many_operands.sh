likelore net info a b
