# A training that is killed at any step, again and again, ends with the bits of one that was not:
# with dropout and two micro-batches, 1 and 2 threads, in both modes. Three steps of each; 20 in the
# long tier.
. "${0%/*}/tiny"
digest() { likelore lm info "$1" | grep digest; }
steps='2 7 31'
[ -z "${LIKELORE_LONG:-}" ] || steps=$(seq 1 39 | shuf -n 20 | sort -n)
for mode in '' --deterministic; do
    for threads in 1 2; do
        options="--quiet --threads $threads $mode"
        train --out=straight --force $options >/dev/null
        rm -rf killed
        # Saves at every step, and goes on far beyond the one it is killed after.
        for step in $steps; do
            if [ -e killed ]; then
                likelore lm resume killed --max_iters=1000000 $options &
            else
                likelore lm train tiny.conf --out=killed $options --eval_interval=1 \
                    --keep_checkpoints=1000000 --max_iters=1000000 &
            fi
            name=$(printf 'step-%06d' "$step")
            until [ -e "killed/$name" ]; do sleep 0.01; done
            kill -9 $!
            wait $!
            echo "$name" >killed/latest
            for later in killed/step-*; do [ "${later##*/}" \> "$name" ] && rm -r "$later"; done
        done
        likelore lm resume killed --max_iters=40 $options >/dev/null
        [ "$(digest straight/step-000040)" = "$(digest killed/step-000040)" ] &&
            echo "the same with $threads threads $mode"
    done
done 2>errors
grep -v Killed errors >&2
true
