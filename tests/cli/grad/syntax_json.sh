likelore grad '(x' x=1 --json
