. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
likelore lm info run --n_layer=3
