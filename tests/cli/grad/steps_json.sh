likelore grad '(x - y)**2' x=0 y=3 --minimize x --steps 2 --lr 0.25 --json
