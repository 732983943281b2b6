likelore net draw $EXAMPLES/networks/asia.bif --bars -t lung,tub -e xray=yes,asia=yes --format dot
