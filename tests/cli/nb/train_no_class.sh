likelore nb train $EXAMPLES/data/satisfaction.csv
