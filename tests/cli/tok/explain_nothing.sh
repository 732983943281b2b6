. "${0%/*}/words"
likelore tok explain -t words.json </dev/null
