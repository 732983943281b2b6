net=$EXAMPLES/networks/sprinkler.bif
likelore net map $net -t rain,sprinkler -e wet_grass=yes --format uai-mmap | tee ours.MMAP
likelore net map $net -t rain,sprinkler -e wet_grass=yes --compare ours.MMAP; echo $?
printf 'MMAP\n1\n1 2 1\n' >other.MMAP
likelore net map $net -t rain -e wet_grass=yes --compare other.MMAP; echo $?
likelore net map $net -t rain -e wet_grass=yes --compare other.MMAP --tolerance 0.5 --json; echo $?
likelore net map $net -t sprinkler -e wet_grass=yes --compare other.MMAP; echo $?
likelore net map $net -t cloudy -e wet_grass=yes --compare other.MMAP; echo $?
likelore net query $net --compare other.MMAP; echo $?
likelore net map $net -t cloudy --format uai-mmap --compare other.MMAP; echo $?
