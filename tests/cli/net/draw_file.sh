likelore net draw $EXAMPLES/networks/asia.bif -o asia.svg && grep -c "class=\"lk-head\"" asia.svg
