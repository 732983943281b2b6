# A training that is killed some time after its checkpoint of step 17 and goes on from there ends
# with the bits of one that was not.
. "${0%/*}/tiny"
for mode in '' --deterministic; do
    for threads in 1 2; do
        options="--quiet --threads $threads $mode"
        train --out=straight --force $options | sed 's/^straight.*//' >expected
        rm -rf killed
        likelore lm train tiny.conf --out=killed $options --keep_checkpoints=1000000 --max_iters=1000000 &
        until grep -qs step- killed/latest; do sleep 0.01; done
        kill -9 $!
        wait $!
        echo step-000017 >killed/latest
        likelore lm resume killed --max_iters=40 $options | sed 's/^killed.*//' >actual
        grep -c digest expected
        cmp expected actual && echo "the same with $threads threads $mode"
    done
done 2>errors
grep -v Killed errors >&2
true
