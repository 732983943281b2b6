likelore net info "$EXAMPLES"/networks/asia.bif --memory-limit lots
