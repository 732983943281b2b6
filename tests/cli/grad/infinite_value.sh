likelore grad 'x' x=inf
