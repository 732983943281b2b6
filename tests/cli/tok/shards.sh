printf 'ab abab abc<|end|>\303\251 \377' >text
likelore tok train text --vocab-size 260 --special '<|end|>' -o t.json --quiet
likelore tok encode -t t.json text >ids
likelore tok encode -t t.json text --bin raw.bin
likelore tok encode -t t.json text --bin llmc.bin --to llm.c --quiet
likelore tok encode -t t.json - --bin ids.npy <text
for shard in raw.bin llmc.bin ids.npy; do
    likelore tok decode -t t.json $shard | cmp - text && echo $shard is the text
done
od -An -v -tu2 raw.bin | xargs echo | cmp - ids && echo 'two bytes each'
od -An -v -td4 -N16 llmc.bin | xargs echo
tail -c +1025 llmc.bin | cmp - raw.bin
tail -c +129 ids.npy | cmp - raw.bin
head -c 128 ids.npy | tail -c +11 | sed 's/ *$//'
likelore tok encode -t t.json text --bin - | cmp - raw.bin && echo to standard output

likelore tok encode -t t.json text --bin train.bin --split .7 --json
likelore tok encode -t t.json text --bin data.npy --split 0.7
cat train.bin val.bin | cmp - raw.bin
likelore tok decode -t t.json data_train.npy >both && likelore tok decode -t t.json data_val.npy >>both
cmp both text

likelore tok encode -t t.json text --bin three.bin --split .5,.25
cat three_train.bin three_val.bin three_test.bin | cmp - raw.bin && rm three_*.bin && echo three
ls
