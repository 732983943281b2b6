likelore net convert $EXAMPLES/networks/cancer.bif -o cancer.dsc
