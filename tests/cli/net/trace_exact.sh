likelore net trace $EXAMPLES/networks/homework.bif -t B -e W=w --order E,H,A --exact
