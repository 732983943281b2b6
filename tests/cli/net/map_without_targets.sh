likelore net map $EXAMPLES/networks/asia.bif -e dysp=yes
