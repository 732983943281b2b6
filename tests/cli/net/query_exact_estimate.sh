likelore net query $EXAMPLES/networks/homework.bif --exact --engine lw
