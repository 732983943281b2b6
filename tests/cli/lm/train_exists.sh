. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
train --out=run --quiet --max_iters=1
