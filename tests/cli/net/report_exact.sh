likelore net report $EXAMPLES/networks/abcd.bif $EXAMPLES/questions/abcd.txt --exact
