# The first Ctrl-C ends the step, saves and leaves with 130; going on gives the same bits.
. "${0%/*}/tiny"
train --out=straight --quiet | grep digest >expected
likelore lm train tiny.conf --out=run --quiet --eval_interval=1000 --max_iters=1000000 2>message &
until [ -s run/log.jsonl ]; do sleep 0.01; done
kill -2 $!
wait $!
echo $?
sed 's/step [0-9]*/step N/' message
likelore lm resume run --max_iters=40 --eval_interval=17 --quiet >/dev/null
cut -d, -f1 run/log.jsonl | tail -1
