likelore grad 'x**2' x=1 --lr 2
