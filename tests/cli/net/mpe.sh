likelore net mpe $EXAMPLES/networks/asia.bif -e xray=yes,dysp=yes
likelore net mpe $EXAMPLES/networks/asia.bif -e xray=yes,dysp=yes --json
