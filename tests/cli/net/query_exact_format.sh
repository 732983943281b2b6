likelore net query $EXAMPLES/networks/homework.bif --exact --format uai-mar
