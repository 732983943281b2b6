likelore net inof x
