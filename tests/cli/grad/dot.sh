likelore grad 'y = x*x; y + 1' x=3 --format dot
