likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied --alpha -1
