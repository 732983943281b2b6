likelore grad 'sigmiod(x)' x=1
