# Runs side by side: a table, curves, JSON and SVG; the seconds of a run that went on add up.
. "${0%/*}/tiny"
train --out=learned --quiet --stats=20 >/dev/null
train --out=rope --positions=rope --quiet --max_iters=20 >/dev/null
first=$(sed -n '$s/.*"seconds":\([0-9.]*\)}/\1/p' rope/log.jsonl)
likelore lm resume rope --max_iters=40 --quiet >/dev/null
last=$(sed -n '$s/.*"seconds":\([0-9.]*\)}/\1/p' rope/log.jsonl)
likelore lm report learned rope
likelore lm report rope --json | grep -o '"seconds":[0-9.]*' | head -1 |
    awk -F: -v first="$first" -v last="$last" '{ d = $2 - first - last; print (d < .002 && d > -.002) }'
likelore lm report rope learned --json | tr , '\n' | grep -c '"val_loss"'
likelore lm report learned | sed -n '/^statistics/,$p' | grep -E 'stat|wte|linear gelu'
likelore lm report learned rope --format svg -o losses.svg
grep -c '<polyline class="lk-val"' losses.svg
grep -o '>optimizer steps<\|>seconds of training<\|>rope<' losses.svg
likelore lm report learned -o page.svg && grep -c '^<svg' page.svg
printf '{"step":5,"tok' >>rope/log.jsonl
likelore lm report rope | sed -n '2s/ *[0-9.]*$//p'
echo nonsense >rope/log.jsonl
likelore lm report rope
likelore lm report nothing
likelore lm report learned --format png
