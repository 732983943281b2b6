printf 'ab abab<|end|>' >corpus.txt
likelore tok train corpus.txt --vocab-size 259 --special '<|end|>' -o t.json --quiet
printf 'ab abab<|end|>\303\251' | likelore tok encode -t t.json
printf 'ab<|end|>' | likelore tok encode -t t.json --special text
printf 'ab\n\nb' | likelore tok encode -t t.json --lines | tr ' \n' ',/'
echo
printf 'ab' | likelore tok encode -t t.json --json
printf 'ab abab<|end|>\303\251 \377' >all
likelore tok encode -t t.json all | likelore tok decode -t t.json | cmp - all && echo same
echo '97,98 99999 195' | likelore tok decode -t t.json --invalid replace
echo
