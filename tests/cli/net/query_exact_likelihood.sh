printf '%s\n' 'variable X { type discrete [ 2 ] { a, b }; } probability ( X ) { table 1/2, 1/2; }' \
    'variable Y { type discrete [ 2 ] { c, d }; } probability ( Y ) { table 1/2, 1/2; }' > x.bif
likelore net query x.bif --exact -t X -l X=a:1/3,b:2/3
likelore net query x.bif --exact -t X -l X=a:7,b:1/3 -q
likelore net query x.bif --exact -t X -l X=a:0.123456789012345678901,b:1e-17 -l X=a:1/7,b:0.1
likelore net trace x.bif --exact -t X -l X=a:1/3,b:5 -q
printf '%s\n' MARKOV 1 2 1 '1 0' '2 1 2' > x.uai
likelore net query x.uai --exact -l v0=0:1/3,1:7
