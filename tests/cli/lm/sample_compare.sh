. "${0%/*}/tiny"
train --out=run --quiet >/dev/null
options='--deterministic --quiet --prompt the --max-tokens 120 --samples 2'
likelore lm sample run $options --compare top-k=1 --compare top-p=0.5,temperature=2 >columns.txt
grep -c ' │ ' columns.txt | awk '{ print ($1 > 5) }'
sed -n 1p columns.txt
grep -c '^---------------$' columns.txt
# A column is the sample that these filters give by themselves.
text() { sed -n "$1"'s/.*"text":\("[^"]*"\).*/\1/p'; }
likelore lm sample run $options --compare top-k=3 --compare top-p=0.5,temperature=2 --json >both.json
grep -o '"sample":[0-9]*,"filters":"[^"]*"' both.json
likelore lm sample run $options --top-k 3 --json | text 2 >alone
text 3 <both.json | cmp - alone
likelore lm sample run $options --top-k 0 --top-p 0.5 --temperature 2 --json | text 1 >alone
text 2 <both.json | cmp - alone
