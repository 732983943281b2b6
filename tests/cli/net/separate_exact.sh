likelore net separate $EXAMPLES/networks/abcd.bif B D --exact
likelore net separate $EXAMPLES/networks/abcd.bif A D -g C --exact --format latex
