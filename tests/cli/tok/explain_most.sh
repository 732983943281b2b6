. "${0%/*}/words"
likelore tok explain -t words.json 'newest lower' --most 1
