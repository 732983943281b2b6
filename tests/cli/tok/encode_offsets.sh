printf 'ab abab<|end|>' >corpus.txt
likelore tok train corpus.txt --vocab-size 259 --special '<|end|>' -o t.json --quiet
printf 'ab\303\251<|end|>\344\275\240\377!' | likelore tok encode -t t.json --offsets
printf 'ab\303\251' | likelore tok encode -t t.json --offsets --json
printf '' | likelore tok encode -t t.json --offsets
printf '\344\275 \377' | likelore tok encode -t t.json --offsets --invalid replace
likelore tok encode -t t.json --offsets --lines corpus.txt || echo $?
