likelore grad 'tanh(x) + tanh(-x)*2' x=1000
