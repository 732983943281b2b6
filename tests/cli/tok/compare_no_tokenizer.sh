likelore tok compare /dev/null
