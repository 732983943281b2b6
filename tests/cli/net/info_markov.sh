printf 'MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n' > grid.uai
likelore net info grid.uai
likelore net info grid.uai --json
