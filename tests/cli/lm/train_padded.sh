. "${0%/*}/tiny"
train --out=run --quiet --vocab_size=64 --max_iters=2 >/dev/null
likelore lm info run | sed -n 3p
likelore lm sample run --quiet -n 200 --temperature 100 --top-k 0 --json | grep -c '"finish":"length"'
train --out=other --vocab_size=30 --quiet
