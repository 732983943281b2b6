likelore grad '(x - y)**2' x=0 y=3 --minimize x --steps 4 --lr '1/(t + 2)'
