likelore grad 'relu(x)*y' x=0 y=1 --check
