likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied --alpha 0.1 -o m.json
likelore nb export m.json -o network.json
likelore nb predict m.json --row rich=0,married=1 --exact
likelore net query network.json -t satisfied -e rich=0,married=1 --exact | grep -v plan
