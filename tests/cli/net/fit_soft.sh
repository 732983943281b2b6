printf 'smoke,lung\nyes,yes\n!yes,no\n' > data.csv
likelore net fit $EXAMPLES/networks/asia.bif data.csv --em
