cp $EXAMPLES/data/satisfaction.csv data.csv
likelore nb train data.csv --class satsified
