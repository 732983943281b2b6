likelore net observe $EXAMPLES/networks/asia.bif -t lung -e dysp=yes
likelore net observe $EXAMPLES/networks/asia.bif -t lung -e dysp=yes --json | cut -c1-120
