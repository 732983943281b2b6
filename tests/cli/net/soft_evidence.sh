likelore net query $EXAMPLES/networks/asia.bif -t lung -l "xray=yes:0.8,no:0.2" -e "smoke!=no" --json | cut -d, -f1-8
likelore net query $EXAMPLES/networks/sprinkler.bif -t rain -e wet_grass=yes | head -4
likelore net query $EXAMPLES/networks/sprinkler.bif -t rain --do wet_grass=yes | head -4
