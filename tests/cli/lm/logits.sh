. "${0%/*}/tiny"
train --out=run --quiet --max_iters=2 >/dev/null
likelore lm logits run --ids '1 2 3' --json
likelore lm logits run --ids '1 2 3' | wc -l
