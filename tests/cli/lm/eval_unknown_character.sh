. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
echo 'the Ω' >other.txt
likelore lm eval run other.txt
