# Tokens are bytes here, and most texts of a model that has learned nothing are no UTF-8: what is
# shown is, with U+FFFD for what cannot be completed.
for i in 1 2 3 4 5 6 7 8 9; do echo 'ääöö üüß €€ 你好 😀'; done >text.txt
likelore tok train text.txt --vocab-size 256 --quiet -o bytes.json
likelore lm train --data=text.txt --tokenizer=bytes.json --out=run --n_layer=1 --n_head=1 --n_embd=8 \
    --block_size=16 --batch_size=1 --gradient_accumulation_steps=1 --max_iters=1 --eval_iters=1 \
    --quiet >/dev/null
likelore lm sample run --quiet -n 300 --temperature 5 --top-k 0 >shown.txt
iconv -f UTF-8 -t UTF-8 shown.txt >/dev/null && echo valid
grep -c '�' shown.txt | awk '{ print ($1 > 0) }'
likelore lm sample run --quiet -n 300 --temperature 5 --top-k 0 -o file.txt && cmp file.txt shown.txt
# What was read of the prompt stays as it was.
likelore lm sample run --quiet -n 1 --prompt '你好' --temperature 0 | grep -o '^你好'
