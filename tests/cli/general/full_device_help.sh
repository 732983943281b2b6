likelore --help >/dev/full
