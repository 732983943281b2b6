likelore grad -- '-x**2' x=3
