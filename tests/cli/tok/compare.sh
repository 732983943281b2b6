. "${0%/*}/words"
printf 'newest lower é' | likelore tok compare -t words.json -t small.json
