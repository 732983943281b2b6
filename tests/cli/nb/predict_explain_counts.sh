printf 'a,b,y\n2,1,yes\n1,0,yes\n0,3,no\n' > d.csv
likelore nb train d.csv --class y --model multinomial --alpha 1 -o m.json
likelore nb predict m.json --row a=2,b=1 --explain
