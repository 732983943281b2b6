likelore net query $EXAMPLES/networks/asia.bif -t lung,bronc -e xray=yes -e dysp=no
