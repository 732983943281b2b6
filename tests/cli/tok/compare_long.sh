. "${0%/*}/words"
cat words.txt words.txt words.txt >long.txt
likelore tok compare -t words.json -t small.json long.txt --most 2
