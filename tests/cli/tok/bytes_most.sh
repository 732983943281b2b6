head -c 100000 /dev/zero | tr '\000' x | likelore tok bytes --most 2
