. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
likelore lm logits run --ids '1 2000'
