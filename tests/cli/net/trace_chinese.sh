likelore net trace $EXAMPLES/networks/homework.bif -t B -e W=w --order E,H,A --language zh
likelore net trace $EXAMPLES/networks/abcd.bif -t B --language zh --format markdown
