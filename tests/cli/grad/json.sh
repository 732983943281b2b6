likelore grad 'n = x1*w1 + x2*w2 + b; tanh(n)' x1=2 x2=0 w1=-3 w2=1 b=6.8813735870195432 --json
