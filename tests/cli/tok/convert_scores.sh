"${0%/*}/../../support/tokenizer_bin" >tokenizer.bin
likelore tok convert tokenizer.bin -o tokenizer.json
for file in tokenizer.bin tokenizer.json; do
    printf 'ab  ba é' | likelore tok encode -t $file -
done
likelore tok info tokenizer.json | sed 4q
likelore tok convert tokenizer.bin --to merges -o pair
likelore tok convert tokenizer.bin --to tiktoken
sed 's/"▁": 259/"▁ ": 259/' tokenizer.json >space.json
likelore tok info space.json
true
