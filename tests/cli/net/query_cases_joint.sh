printf 'dysp\nyes\nno\n' | likelore net query $EXAMPLES/networks/asia.bif -t lung,bronc --joint --cases -
