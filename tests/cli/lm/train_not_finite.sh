# A training whose loss is no number any more ends by naming step and tensor; the last good checkpoint
# stays.
. "${0%/*}/tiny"
train --out=run --quiet --optimizer=sgd --schedule=constant --learning_rate=10 --grad_clip=0 \
    --eval_interval=4 --keep_checkpoints=1 --weight_decay=1 --max_iters=1000 2>message
echo $?
cat message
likelore lm logits run --ids 1 >/dev/null && cat run/latest
