echo precious > out.txt
likelore net info "$EXAMPLES"/networks/asia.bif -o out.txt
status=$?
cat out.txt
exit $status
