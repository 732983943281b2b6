printf "P(+b)\nP(+x)\n" >sheet.txt
likelore net report $EXAMPLES/networks/abcd.bif sheet.txt
