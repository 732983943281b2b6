likelore net
