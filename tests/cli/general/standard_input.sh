likelore net info - <"$EXAMPLES"/networks/asia.bif >from_input.txt && likelore net info "$EXAMPLES"/networks/asia.bif >from_file.txt && cmp from_input.txt from_file.txt
