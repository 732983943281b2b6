likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied --alpha 1 -o m.json
printf 'healthy;rich\n1;0\n;1\n' | likelore nb predict m.json - --json
printf 'healthy;rich\n1;0\n;1\n' | likelore nb predict m.json - -q
