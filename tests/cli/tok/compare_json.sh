. "${0%/*}/words"
printf 'newest lower' | likelore tok compare -t words.json -t small.json --json
