likelore net query $EXAMPLES/networks/asia.bif -t lung,tub -e xray=yes,asia=yes --engine lw --precision 0.01
