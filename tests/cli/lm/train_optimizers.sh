# Each optimizer trains, is told in the checkpoint, and goes on as if it had not stopped; what it
# keeps cannot change in between.
. "${0%/*}/tiny"
for options in --optimizer=adamw --optimizer=adamw_cs336 --optimizer=sgd \
    '--optimizer=sgd --momentum=0.9'; do
    train --out=straight --force --quiet $options | grep digest >expected
    train --out=half --force --quiet --max_iters=17 $options >/dev/null
    likelore lm resume half --max_iters=40 --quiet | grep digest | cmp - expected
    grep '"type"' straight/step-000040/trainer.json
done
likelore lm resume half --optimizer=adamw
echo $?
train --out=new --optimizer=adam
