# Before the data are looked for.
likelore lm train --preset nanogpt --data=none.txt --memory-limit 1G --deterministic
