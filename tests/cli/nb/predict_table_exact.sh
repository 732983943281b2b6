likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
printf 'rich,married,healthy\n1,1,1\n0,1,0\n' >two.csv
likelore nb predict m.json two.csv --exact
echo; likelore nb predict m.json two.csv --explain
likelore nb predict m.json two.csv --exact --json
