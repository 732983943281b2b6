likelore net separate $EXAMPLES/networks/homework.bif B E --format pdf
