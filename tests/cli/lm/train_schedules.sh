# The learning rate of each step, as the log has it.
. "${0%/*}/tiny"
rates() {
    train --out=run --quiet --force --learning_rate=1 --min_lr=0.1 --warmup_iters=2 --max_iters=8 \
        --lr_decay_iters=6 --wsd_decay_iters=2 --log_interval=1 --eval_interval=100 "$@" >/dev/null
    sed -n 's/.*"lr":\([^,]*\),.*/\1/p' run/log.jsonl | sed 's/\(\.....\).*/\1/' | paste -sd ' '
}
rates
rates --warmup_from_zero=True
rates --schedule=linear
rates --schedule=wsd
rates --schedule=step
rates --schedule=constant
rates --decay_lr=False
