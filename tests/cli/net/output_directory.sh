mkdir here
likelore net info $EXAMPLES/networks/asia.bif -o here; echo $?
likelore net convert $EXAMPLES/networks/asia.bif --to json -o here --force; echo $?
