likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
likelore nb info m.json --top 1
likelore nb info m.json --top 1 --json
