likelore net draw $EXAMPLES/networks/asia.bif --graph tree --order min-fill -e xray=no --format dot
