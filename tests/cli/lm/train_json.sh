. "${0%/*}/tiny"
train --out=run --json --quiet --max_iters=3
