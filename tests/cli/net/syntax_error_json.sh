printf '%s\n' 'variable X {' '  type discrete [ 2 ] { a, b }' '}' > x.bif
likelore net info x.bif --json
