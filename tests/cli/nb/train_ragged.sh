printf 'a,y\n1,2\n3\n' > data.csv
likelore nb train data.csv --class y
