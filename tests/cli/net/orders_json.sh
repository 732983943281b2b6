likelore net orders $EXAMPLES/networks/homework-structure.bif -t B -e W=w --order min-fill --json
