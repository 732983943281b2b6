printf 'ab abab' >corpus.txt
likelore tok train corpus.txt --vocab-size 259 --special '<|end|>' -o t.json --quiet
printf 'ab<|end|>' | likelore tok encode -t t.json --special error --json
