. "${0%/*}/words"
likelore tok info words.json words.txt --corpus 1G
