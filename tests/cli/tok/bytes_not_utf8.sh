likelore tok bytes --hex 'C3 29 00 F0 9F'
