likelore net separate $EXAMPLES/networks/homework.bif B,E H,W -g A --json
