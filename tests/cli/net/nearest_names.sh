network=$EXAMPLES/networks/asia.bif
for verb in query trace orders draw; do
    likelore net $verb $network -t lung -e xrai=yes
    likelore net $verb $network -t lung -e xray=yess
    likelore net $verb $network -t lungs -e xray=yes
done
likelore net separate $network lungs tub
likelore net separate $network lung tub -g xrai
likelore net query $network -t lung --order tup,smoke
likelore net trace $network -t lung --order min-fil
likelore net draw $network --graph tree --order '"smok"'
