likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
likelore nb predict m.json --row poor=0
