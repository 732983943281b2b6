# A sweep trains every combination in a directory of its own, knows what is done, and goes on after an
# interruption. One that diverges does not end it.
. "${0%/*}/tiny"
sweep() {
    train --out=sweep --quiet --max_iters=20 --sweep learning_rate=1e-3,1e-2 \
        --sweep=positions=learned,rope "$@"
}
sweep | awk '/^sweep/ { print $1, $2 } /steps/ { print $1, $2, $3, $4, $5 }'
ls sweep
rm "sweep/learning_rate=1e-2,positions=rope/finished"
rm -r "sweep/learning_rate=1e-3,positions=rope"
touch mark
sweep --json | tr '{' '\n' | grep -o '"run":"[^"]*","step":20'
find sweep -name finished -newer mark | sort
train --out=sweep --quiet --max_iters=30 --sweep learning_rate=1e-3,1e-2 --sweep positions=learned,rope
echo $?

likelore lm train tiny.conf --out=long --quiet --eval_interval=1000 --max_iters=1000000 --sweep seed=1,2 2>message &
until [ -s long/seed=1/log.jsonl ]; do sleep 0.01; done
kill -2 $!
wait $!
echo $? && cat message
ls long/seed=1/latest long

train --out=rates --quiet --deterministic --log_interval=5 --optimizer=sgd --schedule=constant --grad_clip=0 --weight_decay=1 \
    --sweep learning_rate=10,0.1 2>message | awk '/^rates/ { print $1, $2 }'
sed 's/step .*finite: [a-z.0-9_]*/…/' message

for wrong in seed seed= seed=1,,2 out=a,b seed=1,x nothing=1; do
    train --out=wrong --sweep $wrong
done
[ -e wrong ] || echo nothing made
