likelore grad 'x**2' x=1 --steps 2 --lr '1/'
