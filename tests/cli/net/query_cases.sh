printf 'id,asia,dysp,lung\n1,yes,yes,\n2,?,no,NA\n3,,,\n' |
    likelore net query $EXAMPLES/networks/asia.bif -t bronc,tub -e smoke=no --cases - --ignore-columns
