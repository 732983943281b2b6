likelore grad '1/x' x=0 --check
