. "${0%/*}/words"
printf 'low\377' | likelore tok explain -t words.json --json
