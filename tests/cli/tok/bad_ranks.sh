printf 'YQ== 0\nYg==\n' >bad.tiktoken
likelore tok encode -t bad.tiktoken --pattern gpt2 --json </dev/null
