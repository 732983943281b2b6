likelore grad 'x' 3
