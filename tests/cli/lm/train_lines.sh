# Each line is a document: bigrams by counting and by learning, then perceptrons and a WaveNet with
# batch normalisation, of which the first two end with a test loss.
printf '%s\n' ana bab abba anna nab ban banana nana aba banal lana alba nala lab balla >words.txt
quietly() {
    likelore lm train --data=words.txt --quiet --force "$@"
}
losses() {
    sed -n 's/.*tokens, \(.*\), [0-9:]*$/\1/p'
}
quietly --preset bigram-counts --out=counts | losses
quietly --preset bigram-counts --out=unsmoothed --smoothing=0 | losses
quietly --preset bigram --out=learned --max_iters=300 --learning_rate=20 --l2=0 | losses
quietly --preset mlp-bn --out=mlp --max_iters=20 --split=0.7 --test_split=0.2 | losses |
    sed 's/[0-9.]\{6\}/#/g'
# One that patience ends is calibrated and tested too.
quietly --preset mlp-bn --out=patient --max_iters=5000 --eval_interval=5 --patience=2 --split=0.7 \
    --test_split=0.2 --calibrate=True | losses | sed 's/[0-9.]\{6\}/#/g'
likelore lm info counts | head -3
likelore lm info mlp | head -3
quietly --preset wavenet --out=wavenet --max_iters=20 --calibrate=True --n_hidden=8 >wavenet.txt
likelore lm resume wavenet --max_iters=25 --quiet | grep -c digest
likelore lm info wavenet | head -2
# A sample begins at a line and ends with it.
likelore lm sample unsmoothed --samples 9 --stop '
' --temperature 1 --quiet | sed '/^-*$/d' | grep -cx '[ablnx]*'
likelore lm resume wavenet --block_size=4
