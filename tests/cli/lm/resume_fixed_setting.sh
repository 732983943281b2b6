. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
likelore lm resume run --n_embd=32
