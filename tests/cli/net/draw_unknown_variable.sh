likelore net draw $EXAMPLES/networks/asia.bif -e xrai=yes
