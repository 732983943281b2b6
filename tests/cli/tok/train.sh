printf 'low low low low low\nlower lower\nwidest widest widest\nnewest newest newest newest newest newest' >corpus.txt
likelore tok train corpus.txt --vocab-size 263 --special '<|end|>' --pattern whitespace -o t.json --quiet
grep -A 7 '"merges"' t.json
likelore tok train - --vocab-size 263 --special '<|end|>' --pattern whitespace --quiet --threads 3 <corpus.txt | cmp - t.json && echo same
likelore tok train corpus.txt corpus.txt --vocab-size 300 --layout specials-last --special '<|end|>' -o last.json --quiet --json |
    sed 's/"seconds".*//'
