likelore net query - -t B -e W=w < $EXAMPLES/networks/homework.bif
