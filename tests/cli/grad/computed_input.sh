likelore grad 'y = 2*x; y' x=1 y=2
