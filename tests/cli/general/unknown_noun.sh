likelore nett info x
