likelore grad 'x*y' x=1
