likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
printf 'rich,healthy\n1,1\n3,1\n' > new.csv
likelore nb predict m.json new.csv --unseen ignore -q
likelore nb predict m.json new.csv -q
