likelore net info "$EXAMPLES"/networks/asia.bif --threads 0
