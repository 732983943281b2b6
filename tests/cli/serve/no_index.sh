mkdir empty
likelore serve empty --json
