# With eval_only the model is evaluated, and nothing is learned or saved; that of a run too, although
# it was evaluated at this step before.
. "${0%/*}/tiny"
train --out=run --quiet | head -1
likelore lm resume run --eval_only=True --quiet | head -1
likelore lm resume run --eval_only=True --eval_iters=3 --quiet | head -1
ls run
train --out=new --quiet --eval_only=True | head -1
ls new
