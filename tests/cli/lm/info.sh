. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
likelore lm info run
likelore lm info run/step-000034 --json
