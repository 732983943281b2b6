likelore grad 'x' x=1 --format png
