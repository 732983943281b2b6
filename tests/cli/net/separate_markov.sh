printf 'MARKOV\n4\n2 2 2 2\n4\n2 0 1\n2 1 2\n2 2 3\n2 3 0\n4 1 2 3 4\n4 2 1 5 7\n4 1 9 2 3\n4 1/3 2 3 1\n' > cycle.uai
likelore net separate cycle.uai v0 v1 -g v3
likelore net separate cycle.uai v0 v2 -g v3 --json | grep -o '"change".*'
likelore net separate cycle.uai v0 v2 -g v1,v3 --exact
