likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
likelore nb predict m.json --row rich=0,married=1,healthy=1 --exact
likelore nb predict m.json --row rich=0,married=1 --exact --json
