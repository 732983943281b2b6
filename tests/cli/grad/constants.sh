likelore grad 'rate = 0.5; c = 2*rate; x*c' x=3
