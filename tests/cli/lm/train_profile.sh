# A profile of 4 steps: a table on standard error, the same in profile.json, and no bit changed. A
# resumed run has one too; one that ends before the warm-up does says so.
. "${0%/*}/tiny"
train --out=plain --seed 7 --threads 1 --quiet --eval_iters=1 >plain.txt
train --out=run --seed 7 --threads 1 --eval_iters=1 --profile=4 2>said >profiled.txt
grep '^digest' plain.txt >expected
grep '^digest' profiled.txt | diff expected - || exit 1
sed -n '/steps of .* tokens,/,/peak/p' said
grep -E '"(version|steps|step_tokens)"' run/profile.json
likelore lm resume run --max_iters=50 --threads 1 --profile=2 2>&1 >/dev/null | grep 'steps of [0-9]* tokens'
train --out=short --max_iters=2 --threads 1 --profile 2>&1 >/dev/null | grep measured
train --out=wrong --profile=0
