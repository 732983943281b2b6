printf 'low-low low-lower 12345<|end|>lower  123\n' >text
likelore tok train text --vocab-size 266 --special '<|end|>' --pattern '\p{L}+-|\p{L}+|\p{N}{1,2}' -o t.json --quiet
grep Regex t.json
likelore tok info t.json | grep ^pattern
likelore tok explain -t t.json 'low-low 123' | grep ^piece
likelore tok encode -t t.json text >ids
likelore tok decode -t t.json ids | cmp - text
likelore tok convert t.json -o t.tiktoken
likelore tok encode -t t.tiktoken --pattern '\p{L}+-|\p{L}+|\p{N}{1,2}' --special text text | likelore tok decode -t t.tiktoken --pattern none | cmp - text && echo back
likelore tok convert t.json -o pair --to merges
likelore tok encode -t pair --pattern '\p{L}+-|\p{L}+|\p{N}{1,2}' text | cmp - ids && echo the same ids
likelore tok train - --vocab-size 266 --special '<|end|>' --pattern '\p{L}+-|\p{L}+|\p{N}{1,2}' --quiet <text | cmp - t.json && echo the same tokenizer
run() { likelore "$@" || echo "exit $?"; }
run tok train text --vocab-size 266 --pattern '\p{L}+(' -o u.json
run tok train text --vocab-size 266 --pattern '\p{Latn}|\p{Nonsense}' -o u.json
run tok train text --vocab-size 266 --pattern '(a)\1' -o u.json
run tok train text --vocab-size 266 --pattern gpt3 -o u.json
printf %03000d 0 >zeros
run tok train zeros --vocab-size 266 --pattern '(?:0|00)+[bc]|0' -o u.json
sed 's/"Regex": "/&(/' t.json >bad.json
run tok encode -t bad.json text
