printf 'YQ== 0\nYg== 1\nYWI= 2\n' >tiny.tiktoken
printf 'abab ' | likelore tok encode -t tiny.tiktoken --pattern gpt2 --invalid keep --json
printf 'abab' | likelore tok encode -t tiny.tiktoken --pattern gpt2
likelore tok encode -t tiny.tiktoken </dev/null
