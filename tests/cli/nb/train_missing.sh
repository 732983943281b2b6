printf 'a|y\n-|p\nx|q\nz|\n' > data.csv
likelore nb train data.csv --class y --missing - --missing ''
