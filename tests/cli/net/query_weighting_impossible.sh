likelore net query $EXAMPLES/networks/asia.bif -t bronc -e either=no,lung=yes --engine lw --max-samples 100
