# The evidence has the probability 1e-600, which no double holds.
likely=xray=yes:1e-300,no:1e-300
likelore net query $EXAMPLES/networks/asia.bif -t lung -l $likely -l $likely
likelore net query $EXAMPLES/networks/asia.bif -t lung -l xray=yes:1e-320,no:1e-320
likelore net query $EXAMPLES/networks/asia.bif -t xray -e lung=yes --do lung=yes
likelore net query $EXAMPLES/networks/asia.bif -t lung -l $likely -l $likely --engine lw --precision 0.1
likelore net mpe $EXAMPLES/networks/cancer.bif -l Xray=positive:1e-300,negative:1e-300 -l Xray=positive:1e-300,negative:1e-300
likelore net trace $EXAMPLES/networks/asia.bif -t xray -l xray=yes:1e-320,no:1e-320 | grep normalization
