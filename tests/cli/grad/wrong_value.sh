likelore grad 'x' x=two
