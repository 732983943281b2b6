# The largest GPT-2 as Stanford's CS336 has it, and its numbers with a longer context.
xl='--preset cs336 --vocab_size=50257 --n_layer=48 --n_embd=1600 --n_head=25 --d_ff=6400'
likelore lm info $xl --deterministic
likelore lm info $xl --block_size=16384 | grep -A 2 '^matrix products'
likelore lm info $xl --json | grep -E '"(matrix_products|parameters)": [0-9]{9}'
# A configuration, changed; the vocabulary is that of its tokenizer.
. "${0%/*}/tiny"
likelore tok train text.txt --vocab-size 300 --quiet -o tokenizer.json
likelore lm info tiny.conf --tokenizer=tokenizer.json --n_kv_head=1 | head -3
