likelore grad 'log(x)' x=-1 --json
