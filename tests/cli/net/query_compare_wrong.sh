net=$EXAMPLES/networks/sprinkler.bif
printf 'MAR\n3 2 0 1 2 0 1 2 0 1\n' >three.MAR
printf 'MPE\n4 0 0 0 0\n' >four.MPE
likelore net query $net --compare three.MAR; echo $?
likelore net query $net --compare four.MPE; echo $?
likelore net query $net --compare missing.MAR; echo $?
likelore net query $net --tolerance 1; echo $?
likelore net query $net --compare three.MAR --exact; echo $?
likelore net mpe $net --compare three.MAR; echo $?
