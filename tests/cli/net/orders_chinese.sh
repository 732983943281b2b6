likelore net orders $EXAMPLES/networks/homework-structure.bif -t B -e W=w --order E,H,A --order E,A,H --order min-fill --language zh
likelore net orders $EXAMPLES/networks/homework-structure.bif -t B -e W=w --order E,H,A --order E,A,H --order min-fill --language zh --json
