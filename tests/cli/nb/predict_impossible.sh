printf 'a,b,y\n1,0,p\n0,1,q\n' > data.csv
likelore nb train data.csv --class y -o m.json
likelore nb predict m.json --row a=1,b=1 --json
