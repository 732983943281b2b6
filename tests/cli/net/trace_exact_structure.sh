likelore net trace $EXAMPLES/networks/homework-structure.bif -t B -e W=w --exact
