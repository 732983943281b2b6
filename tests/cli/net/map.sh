likelore net map $EXAMPLES/networks/asia.bif -t lung,smoke -e dysp=yes
likelore net map $EXAMPLES/networks/asia.bif -t lung -t smoke -e dysp=yes --json
