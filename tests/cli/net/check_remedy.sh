printf 'network n { }\nvariable A { type discrete [ 2 ] { a, b }; }\nprobability ( A ) { table 0.5, 0.7; }\n' >sum.bif
likelore net check sum.bif --json
likelore net check sum.bif
