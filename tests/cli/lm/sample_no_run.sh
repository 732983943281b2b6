mkdir empty
likelore lm sample empty
