printf '%s\n' 'variable A { type discrete [ 1 ] { a }; }' 'variable B { type discrete [ 2 ] { x, y }; }' \
    'probability ( A ) { table 1; }' 'probability ( B | A ) { (a) 0.5, 0.5; }' >two.bif
likelore net info two.bif
printf '%s\n' MARKOV 1 2 1 '1 0' '2 1 3' >one.uai
likelore net info one.uai
