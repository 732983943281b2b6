run() { likelore "$@" || echo "exit $?"; }
printf 'ab abab' >text
likelore tok train text --vocab-size 258 -o t.json --quiet
run tok convert t.json --to merges
run tok convert t.json --to bpe -o t
run tok convert t.json -o t.json
run tok convert text -o u.json
run tok convert -o u.json
# Merges that a file of ranks cannot tell: "b c" comes first and has the higher id.
printf '{"a":0,"b":1,"c":2,"ab":3,"bc":4}' >order_vocab.json
printf '#version: 0.2\nb c\na b\n' >order_merges.txt
run tok convert order_vocab.json -o order.tiktoken
# "abc" would come of "a" and "bc" there, and of "ab" and "c" here.
printf '{"a":0,"b":1,"c":2,"bc":3,"ab":4,"abc":5}' >split_vocab.json
printf '#version: 0.2\nb c\na b\nab c\n' >split_merges.txt
run tok convert split_vocab.json -o split.tiktoken
# Special tokens that would not be special in vocab.json, or others.
printf '{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":["a b"]},"added_tokens":[{"id":2,"content":"ab","special":true}],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}' >special.json
run tok convert special.json -o special --to merges
run tok convert special.json -o special.tiktoken
printf '{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[],"ignore_merges":true},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}' >ignores.json
run tok convert ignores.json -o ignores --to merges
run tok convert ignores.json -o ignores.tiktoken --quiet && cat ignores.tiktoken
printf '{"model":{"type":"BPE","vocab":{"a":0,"b":1,"é":2,"ab":3},"merges":[]},"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false}}' >unreached.json
run tok convert unreached.json -o unreached --to merges
printf '{"model":{"type":"BPE","vocab":{"é":0,"b":1},"merges":[]}}' >characters.json
run tok convert characters.json -o characters --to merges
run tok convert characters.json -o characters.tiktoken
ls
