likelore net info "$EXAMPLES"/networks/asia.bif -o info.txt && test -s info.txt && likelore net info "$EXAMPLES"/networks/asia.bif --output=again.txt && cmp info.txt again.txt
