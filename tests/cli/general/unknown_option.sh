likelore net query x --evidance a=b
