net=$EXAMPLES/networks/sprinkler.bif
likelore net query $net -e wet_grass=yes --format uai-mar -o ours.MAR
likelore net query $net -e wet_grass=yes --format uai-pr -o ours.PR
likelore net query $net -e wet_grass=yes --compare ours.MAR | head -1
likelore net query $net -e wet_grass=yes --compare ours.PR
likelore net query $net -e wet_grass=no --compare ours.MAR; echo $?
likelore net query $net --compare ours.PR --json; echo $?
likelore net query $net --compare ours.PR --tolerance 1; echo $?
likelore net query $net -e wet_grass=no --compare ours.MAR --json; echo $?
