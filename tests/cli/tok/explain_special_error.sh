. "${0%/*}/words"
likelore tok explain -t words.json 'the <|end|>' --special error
