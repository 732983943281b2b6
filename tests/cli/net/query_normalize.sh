printf '%s' 'variable X { type discrete [ 2 ] { a, b }; } probability ( X ) { table 1, 3; }' > x.bif
likelore net query x.bif
echo "exit code $?"
likelore net query x.bif --normalize
