likelore net query $EXAMPLES/networks/homework.bif -t B -e W=w --exact --json
