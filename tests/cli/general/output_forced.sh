echo old > out.txt
likelore net info "$EXAMPLES"/networks/asia.bif -o out.txt --force && grep -c old out.txt
