likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied -o m.json
likelore nb export m.json
likelore nb export m.json --json
likelore nb export m.json -o m.uai && head -2 m.uai
likelore net query m.uai -t satisfied -e rich=0,married=1 | head -4
