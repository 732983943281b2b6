likelore net info "$EXAMPLES"/networks/asia.bif -o absent/out.txt
