# A tokenizer of llama2.c: scores, lengths and texts, from 259 on " ", "a", "b", "ab".
token() { printf "$1\\$(printf %03o ${#2})\\0\\0\\0%s" "$2"; }
{
    printf '\10\0\0\0'
    for name in '<unk>' '<s>' '</s>'; do token '\0\0\0\0' "$name"; done
    byte=0
    while [ $byte -lt 256 ]; do
        token '\0\0\0\0' "$(printf '<0x%02X>' $byte)"
        byte=$((byte + 1))
    done
    for name in ' ' a b; do token '\0\0\0\300' "$name"; done
    token '\0\0\200\277' ab
} >tokenizer.bin
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
