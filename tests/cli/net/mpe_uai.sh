printf 'MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n' > grid.uai
likelore net mpe grid.uai --format uai-mpe
likelore net mpe grid.uai -e v2=0,v0!=1 --format uai-mpe
likelore net map grid.uai -t v1 -e v2=0 --format uai-mmap
likelore net map grid.uai -t v2,v0 --format uai-mmap
# What is known by a likelihood is no variable of the file.
printf 'BAYES\n2\n2 2\n2\n1 0\n2 0 1\n2 .4 .6\n4 .9 .1 .2 .8\n' > pair.uai
likelore net mpe pair.uai -l v1=0:1,1:0.1 --format uai-mpe
likelore net query pair.uai -l v1=0:1,1:0.5 --format uai-mar
