# What is exported is the same model when it is read again, by every command and as a checkpoint.
. "${0%/*}/tiny"
digest() { likelore lm info "$1" | grep digest; }
train --out=run --quiet --preset llama --positions=rope >/dev/null
digest run >expected
likelore lm export run --to safetensors -o one.safetensors --verify
digest one.safetensors | cmp - expected
likelore lm export run --to hf -o hf --verify
digest hf | cmp - expected
likelore lm import one.safetensors -o again
digest again | cmp - expected
likelore lm export run --to npy -o arrays --verify
digest arrays | cmp - expected
options='--quiet --prompt the --max-tokens 20 --deterministic'
likelore lm sample run $options >text
likelore lm sample one.safetensors $options | cmp - text
grep model_type hf/config.json
