# `best` names the checkpoint of the lowest validation loss, although every evaluation is saved and
# later ones are worse; a run that goes on keeps to it. The text is learned by heart.
. "${0%/*}/tiny"
echo 'home sleeps the mill; a wind turns over rivers, and dogs jump far from lazy hills, quick foxes.' >val.txt
by_heart() {
    train --out=run --quiet --force --data=text.txt --val_data=val.txt --schedule=constant \
        --dropout=0 --eval_interval=20 --max_iters=200 --keep_checkpoints=1 "$@"
}
lowest() {
    sed -n 's/{"step":\([0-9]*\),.*"val_loss":\([^,]*\),.*/\2 \1/p' run/log.jsonl | sort -g | head -1
}
by_heart >/dev/null
set -- $(lowest)
printf 'step-%06d\n' "$2" | cmp - run/best
[ "$2" -lt 200 ] && cat run/latest
likelore lm resume run --quiet --max_iters=240 >/dev/null
printf 'step-%06d\n' "$2" | cmp - run/best
cat run/latest
ls run

# The end of patience: two evaluations that are worse.
by_heart --patience=2 --json >end.json 2>/dev/null
grep -o '"out_of_patience":true' end.json
set -- $(lowest)
grep -c "\"step\":$(($2 + 40)),.*\"best_step\":$2," end.json
likelore lm resume run --threads 1 2>&1 >/dev/null | sed -n '/^ended/s/[0-9.]* at step .*/N/p'
