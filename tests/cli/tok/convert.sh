printf 'low low low low low lower lower widest widest widest newest newest newest<|end|>' >text
likelore tok train text --vocab-size 268 --special '<|end|>' --special '<|é|>' -o t.json --quiet
likelore tok encode -t t.json text >ids

likelore tok convert t.json -o pair --to merges && ls pair
head -n 4 pair/merges.txt
grep -c . pair/vocab.json
likelore tok encode -t pair text | cmp - ids && echo the same ids
likelore tok convert pair -o again.json && cmp again.json t.json && echo the same file
likelore tok convert t.json -o my_vocab.json && cmp my_vocab.json pair/vocab.json && cmp my_merges.txt pair/merges.txt

likelore tok convert t.json -o t.tiktoken
tail -n 2 t.tiktoken
likelore tok convert t.json --to tiktoken --quiet | cmp - t.tiktoken
likelore tok encode -t t.tiktoken --pattern gpt2 text | cut -c1-40
likelore tok train text --vocab-size 268 --special '<|end|>' --special '<|é|>' -o u.tiktoken --quiet && cmp u.tiktoken t.tiktoken

likelore tok train text --vocab-size 260 --pattern cl100k -o cl.json --quiet
likelore tok convert cl.json -o cl --to merges
