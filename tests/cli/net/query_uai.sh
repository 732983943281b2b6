printf 'MARKOV\n3\n2 2 3\n2\n2 0 1\n2 1 2\n4 1 2 3 4\n6 1 0 0 0 1 20\n' > grid.uai
printf '1 2 2\n' > grid.uai.evid
likelore net query grid.uai -t v0 --uai-evidence grid.uai.evid
likelore net query grid.uai --uai-evidence grid.uai.evid --format uai-pr
likelore net query grid.uai --uai-evidence grid.uai.evid --format uai-mar
printf 'Storm\tno\tyes\nAlarm\toff\ton\nLevel\tlow\tmiddle\thigh\n' > grid.uai.names
likelore net query grid.uai -t Storm -e Level=high --json | cut -d, -f1-6
