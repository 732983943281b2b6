likelore net query $EXAMPLES/networks/asia.bif -t lung -t bronc --joint -e xray=yes
