likelore net mpe $EXAMPLES/networks/asia.bif --format uai-mmap
