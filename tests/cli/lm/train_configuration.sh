# Configurations: the last setting wins, values may hold equals signs, whole numbers do for numbers,
# and what is wrong is told with its place. What was used is in the checkpoint.
. "${0%/*}/tiny"
cp text.txt 'a=b=c.txt'
train --out='run=1' --quiet --max_iters=1 --data='a=b=c.txt' --learning_rate=1 --dropout=0 \
    --gradient_accumulation_steps='1 * 3' --max_iters=2 | sed -n '1s/: 2 .*//p'
grep -E '^    "(data|learning_rate|max_iters|gradient_accumulation_steps|n_embd|preset|beta2)"' \
    'run=1/step-000002/trainer.json'
train --learning_rate=fast
train --max_iters=1.5
train --stats=True
train --bias=1
train --batch_siz=3
printf 'n_layer = 2\nbatch_siz = 3\n' >wrong.conf && likelore lm train wrong.conf
printf '{"n_layer": 2,\n "bias": 1}' >wrong.json && likelore lm train wrong.json
printf 'import os\nos.system("touch ran")\n' >code.conf && likelore lm train code.conf
[ -e ran ] || echo 'nothing is run'
train --data=wikitext_large/train.bin
train --val_data=text.txt,missing.txt
