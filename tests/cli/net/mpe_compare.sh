net=$EXAMPLES/networks/sprinkler.bif
likelore net mpe $net -e wet_grass=yes --format uai-mpe | tee ours.MPE
likelore net mpe $net -e wet_grass=yes --compare ours.MPE; echo $?
printf 'MPE\n4 1 0 0 0\n' >other.MPE
likelore net mpe $net -e wet_grass=yes --compare other.MPE; echo $?
likelore net mpe $net -e wet_grass=no --compare other.MPE; echo $?
likelore net mpe $net -l rain=yes:0.2,no:0.1 --compare other.MPE --json; echo $?
