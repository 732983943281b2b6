# The exit code is the verdict, as in English.
likelore net separate $EXAMPLES/networks/asia.bif asia smoke --language zh --format html | sed -n '/<main>/,$p'
likelore net separate $EXAMPLES/networks/asia.bif asia smoke -g dysp --exact --language zh
