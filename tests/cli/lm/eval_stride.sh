. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
likelore lm eval run text.txt --stride 17
