likelore grad 'a = x +;
a' x=1
