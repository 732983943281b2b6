# Whenever a training is killed that saves at every step, its run can be loaded and goes on, and what
# was left half written is gone then. Ten times; 500 times in the long tier.
. "${0%/*}/tiny"
rounds=${LIKELORE_LONG:+50}
for wait in $(yes '0 1 2 3 5 8 13 21 34 55' | head -n "${rounds:-1}"); do
    rm -rf run
    likelore lm train tiny.conf --out=run --quiet --eval_interval=1 --max_iters=100000 2>/dev/null &
    until [ -e run/best ]; do sleep 0.01; done
    sleep "0.0$wait"
    kill -9 $!
    wait $! 2>/dev/null
    likelore lm info run >/dev/null || exit 1
    touch run/best.1-0.tmp run/latest.1-0.tmp
    step=$(sed 's/step-0*//' run/latest)
    likelore lm resume run --quiet --max_iters=$((step + 1)) >/dev/null || exit 1
done
ls -d run/*.tmp 2>/dev/null
echo done
