# Weights that come without their tokenizer get one; the model they are compared with has its own.
. "${0%/*}/tiny"
train --out=run --quiet --preset llama --norm_epsilon=1e-5 >/dev/null
mkdir alone
likelore lm export run --to llama2c -o alone/model.bin
likelore lm eval alone/model.bin text.txt --checkpoint run --tokenizer "run/$(cat run/best)" --json |
    sed 's/.*"loss":\([0-9.]*\),.*/\1/' | uniq | wc -l
likelore tok train text.txt --vocab-size 300 -o other.json --quiet
likelore lm eval alone/model.bin text.txt --tokenizer other.json
likelore lm eval alone/model.bin text.txt
