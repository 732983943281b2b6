. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
printf 'the fox\n\nthe Ω\n' >lines.txt
likelore lm eval run lines.txt --lines -o scores.txt
