# The speed of training, foretold of settings, a configuration and a run.
. "${0%/*}/tiny"
likelore lm info tiny.conf --vocab_size=50 --threads 1 --measure | sed -n '/^prediction/,$p'
likelore lm info tiny.conf --vocab_size=50 --measure --json | grep -cE '"(tokens_per_s|step_seconds|training_seconds)": [0-9.e-]*[1-9]'
train --out=run --max_iters=2 --threads 1 --quiet >/dev/null
likelore lm info run --measure --json | sed -n 's/^ *"\(step_tokens\)": \(.*\),$/\1 \2/p'
likelore lm info run --json | grep -c '"speed"'
likelore lm export run --to hf -o foreign >/dev/null
likelore lm info foreign --measure
