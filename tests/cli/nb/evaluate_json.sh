likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
likelore nb evaluate m.json $EXAMPLES/data/satisfaction.csv --json
