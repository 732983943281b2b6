likelore net separate $EXAMPLES/networks/asia.bif tub -g dysp
likelore net separate $EXAMPLES/networks/asia.bif tub,smoke -g either --json
likelore net separate $EXAMPLES/networks/asia.bif asia --language zh --format markdown
likelore net separate $EXAMPLES/networks/homework.bif B -g A
printf '%s\n' MARKOV 3 '2 2 2' 1 '2 0 1' 4 '1 2 3 4' >chain.uai
likelore net separate chain.uai v0
likelore net separate chain.uai v0 -g v1 --language zh
