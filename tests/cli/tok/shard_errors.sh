printf 'ab abab<|end|>' >text
likelore tok train text --vocab-size 259 --special '<|end|>' -o t.json --quiet
run() { likelore "$@" || echo "exit $?"; }
run tok encode -t t.json text --bin a.bin --quiet
run tok encode -t t.json text --bin a.bin
run tok encode -t t.json text --bin a.bin --force --quiet
run tok encode -t t.json text --bin absent/a.bin
run tok encode -t t.json text --bin - --to npy
run tok encode -t t.json text --bin - --split .9
run tok encode -t t.json text --split .9
for split in 1.5 .8,.3 .5,.2,.1 .5, x; do
    run tok encode -t t.json text --bin b.bin --split $split
done
run tok encode -t t.json text --bin b.bin --to numpy
run tok encode -t t.json text --bin b.bin --lines
run tok encode -t t.json text --bin b.bin -o c
run tok encode -t t.json text --bin b.bin --special error
printf abc >odd.bin
run tok decode -t t.json odd.bin
printf '\223NUMPY\1\0\3\0{1}' >bad.npy
run tok decode -t t.json bad.npy
ls
