likelore grad 'x*x' x=3 -o new.txt && cat new.txt && likelore grad 'x*x' x=3 -o new.txt
