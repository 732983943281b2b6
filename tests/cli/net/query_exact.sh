likelore net query $EXAMPLES/networks/homework.bif -t B -e W=w --exact
printf '%s' 'variable X { type discrete [ 2 ] { a, b }; } probability ( X ) { table 1/3, 2/3; }' > x.bif
likelore net query x.bif --exact
likelore net query $EXAMPLES/networks/asia.bif -t tub,lung -e xray=yes --joint --exact
