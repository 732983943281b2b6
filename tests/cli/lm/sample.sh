. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
options='--deterministic --quiet --prompt the --max-tokens 20'
likelore lm sample run $options --samples 2 >two.txt
likelore lm sample run $options --samples 2 -o file.txt
cmp two.txt file.txt
likelore lm sample run $options >one.txt
sed -n 1,20p two.txt | sed '/^---------------$/,$d' | cmp - one.txt
grep -c '^---------------$' two.txt
printf the >prompt.txt
likelore lm sample run --deterministic --quiet --prompt FILE:prompt.txt -n 20 | cmp - one.txt
likelore lm sample run --quiet --prompt 'the quick' -n 8 --temperature 0 --seed 1 >greedy.txt
likelore lm sample run --quiet --prompt 'the quick' -n 8 --temperature 0 --seed 2 | cmp - greedy.txt
likelore lm sample run --quiet --prompt 'the quick' -n 8 --top-k 1 --seed 3 | cmp - greedy.txt
likelore lm sample run --quiet --prompt 'the' -n 1000 --stop ' ' --json | tr , '\n' | tail -1
