printf 'MARKOV 1 2 1  1 0  2 3 4' > x.uai
likelore net convert x.uai --to json
likelore net convert x.uai --to bif
