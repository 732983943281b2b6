printf '%s\n' 'variable A { type discrete [ 2 ] { no, yes }; }' 'variable B { type discrete [ 2 ] { no, yes }; }' \
    'probability ( A ) { table 0.9999, 0.0001; }' 'probability ( B | A ) { (no) 1, 0; (yes) 0, 1; }' >rare.bif
likelore net sample rare.bif -n 2 -e B=yes --weights
