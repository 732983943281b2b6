. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
likelore lm sample run --prompt 'the ' --max-tokens 3 --json --samples 2
