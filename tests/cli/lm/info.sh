. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
likelore lm info run | grep -vE '%  |%$'
likelore lm info run/step-000034 --json | grep -vE '^ {6}'
