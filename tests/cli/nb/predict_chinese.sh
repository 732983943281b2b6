likelore nb train $EXAMPLES/data/satisfaction.csv --class satisfied --alpha 1 -o m.json
likelore nb predict m.json --row rich=0 --row married=1,healthy=1 --explain --exact --language zh
likelore nb info m.json --top 2 --language zh
printf 'text,label\ncheap pills now,spam\nlunch at noon,ham\n' >mail.csv
likelore nb train mail.csv --class label --text text --model bernoulli --alpha 1 -o mail.json
likelore nb predict mail.json --words 'cheap lunch' --explain --language zh
likelore nb info mail.json --top 1 --language zh
