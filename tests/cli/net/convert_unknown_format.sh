likelore net convert $EXAMPLES/networks/cancer.bif --to dsc
