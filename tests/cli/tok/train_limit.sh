# Counts that do not fit into memory are the same from a file; what is learned from them must fit.
awk 'BEGIN { for (i = 0; i < 200000; i++) printf "%x %x\n", i * 7919 % 1000003, i * i % 999983 }' >text
train() { likelore tok train text --vocab-size 400 -o "$@" --force --quiet; }
train all.json
train some.json --threads 3 --memory-limit 40M && cmp all.json some.json && echo same
train few.json --threads 2 --memory-limit 2M || echo "exit $?"
train some.json --resume || echo "exit $?"
echo >some.json.counts
train some.json --resume || echo "exit $?"
likelore tok train text --vocab-size 400 --resume || echo "exit $?"
ls
