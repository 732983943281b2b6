. "${0%/*}/words"
likelore tok explain -t words.json 'newest 你<|end|>'
