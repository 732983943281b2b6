printf 'a = x + 1;\na*a\n' | likelore grad - x=2
