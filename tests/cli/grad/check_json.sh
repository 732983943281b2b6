likelore grad 'relu(x)*2' x=0 --check --json
