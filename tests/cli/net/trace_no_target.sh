likelore net trace $EXAMPLES/networks/homework.bif -e W=w
