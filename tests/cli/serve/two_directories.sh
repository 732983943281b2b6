likelore serve one two
