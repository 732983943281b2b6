. "${0%/*}/words"
echo 'YQ== 0' >a.tiktoken
printf 'ab' | likelore tok compare -t words.json -t a.tiktoken --pattern none
