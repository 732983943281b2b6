likelore net trace $EXAMPLES/networks/homework.bif -t B --language fr
