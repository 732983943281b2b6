. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
printf 'the fox\n\nzzz' >lines.txt
likelore lm eval run lines.txt --lines
likelore lm eval run lines.txt --lines --json
# The line after a newline, and with its own, as a text.
printf '\nthe fox\n' >line.txt
likelore lm eval run line.txt --json | sed 's/.*"loss":\([0-9.]*\).*/\1/' >loss
likelore lm eval run lines.txt --lines --json | sed -n '1s/.*"mean":-\([0-9.]*\).*/\1/p' | cmp - loss
