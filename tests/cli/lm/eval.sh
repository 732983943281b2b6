. "${0%/*}/tiny"
train --out=run --quiet --max_iters=150 --dropout=0 >/dev/null
train --out=other --quiet --positions=rope --max_iters=20 >/dev/null
head -5 text.txt >part.txt
likelore lm eval run text.txt part.txt --checkpoint other
likelore lm eval run text.txt --json
# Windows that overlap know more.
loss() { sed 's/.*"loss":\([0-9.]*\).*/\1/'; }
far=$(likelore lm eval run text.txt --json | loss)
near=$(likelore lm eval run text.txt --stride 1 --json | loss)
awk "BEGIN { exit !($near < $far && $near > $far - 1) }" && echo less
# The same tokens from a shard.
likelore tok encode -t "run/$(cat run/latest)" text.txt --bin text.bin --quiet
likelore lm eval run text.bin --json | loss | grep -qx "$far" && echo equal
