likelore tok bytes 'é' --json
printf 'a\000' | likelore tok bytes - --json
