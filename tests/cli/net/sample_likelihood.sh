# What carries the likelihood is no column; its number is the weight.
likelore net sample "$EXAMPLES/networks/sprinkler.bif" -n 3 -l "rain=yes:0.5,no:0.25" --weights --quiet
