likelore grad 'x**2' x=1 --minimize x
