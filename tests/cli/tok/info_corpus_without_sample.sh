. "${0%/*}/words"
likelore tok info words.json --corpus 1G
