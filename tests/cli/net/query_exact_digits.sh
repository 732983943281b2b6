printf '%s' 'variable X { type discrete [ 2 ] { a, b }; } probability ( X ) { table 1e-19001, 1; }' > x.bif
likelore net query x.bif --exact
