printf 'network n { }\nvariable A { type discrete [ 2 ] { a, b, c }; }\n' >wrong.bif
likelore net check wrong.bif --json
