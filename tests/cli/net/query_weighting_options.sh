likelore net query $EXAMPLES/networks/asia.bif -t lung --precision 0.1; echo $?
likelore net query $EXAMPLES/networks/asia.bif -t lung --max-samples 10 --engine jt; echo $?
