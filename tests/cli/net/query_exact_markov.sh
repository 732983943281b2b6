printf 'MARKOV\n2\n2 2\n2\n1 0\n2 0 1\n2\n1/3 0.1\n4\n1/7 0.12345678901234567890 2 0\n' > m.uai
likelore net query m.uai --exact
likelore net query m.uai --exact -e v1=0 --json | grep -o '"exact":.*}}},'
likelore net query m.uai --exact -e v1!=1 -t v0 | head -n 2
