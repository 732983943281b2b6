printf 'smoke,lung\nyes,yes\nyes,no\nno,no\nno,no\n' > data.csv
printf '%s' 'variable smoke { type discrete [ 2 ] { yes, no }; } variable lung { type discrete [ 2 ] { yes, no }; } probability ( smoke ) { } probability ( lung | smoke ) { }' > s.bif
likelore net fit s.bif data.csv --method laplace --alpha 0.5 -q --json
