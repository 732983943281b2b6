likelore net separate $EXAMPLES/networks/abcd.bif A D -g C --exact --json
