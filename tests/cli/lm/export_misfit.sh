. "${0%/*}/tiny"
train --out=run --quiet --max_iters=1 >/dev/null
likelore lm export run --to llama2c -o x.bin
ls x.bin* 2>/dev/null
likelore lm export run --to gguf2 -o x
likelore lm export run --to hf
printf 'PK\3\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >ckpt.pt
likelore lm info ckpt.pt 2>&1 | sed "/^python3 <</q"
true
