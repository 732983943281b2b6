likelore tok bytes --hex 'C3 2'
