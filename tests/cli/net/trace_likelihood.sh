# A likelihood has a formula of its own, and its numbers are told.
likelore net trace $EXAMPLES/networks/sprinkler.bif -t cloudy -l rain=yes:0.9,no:0.2
# The second of a variable, and one that the answer does not depend on.
likelore net trace $EXAMPLES/networks/sprinkler.bif -t cloudy -l rain=yes:0.9,no:0.2 -e "rain!=no" --format latex |
    grep -E "section\*|likelihood"
likelore net trace $EXAMPLES/networks/sprinkler.bif -t sprinkler -e cloudy=yes -l rain=yes:0.9,no:0.2 | grep pruned
likelore net trace $EXAMPLES/networks/sprinkler.bif -t cloudy -l rain=yes:0.9,no:0.2 --language zh --format markdown | head -12
likelore net trace $EXAMPLES/networks/sprinkler.bif -t cloudy -l rain=yes:0.9,no:0.2 --format html |
    grep -c "likelihood of rain=seen\|likelihood of rain = seen"
