# Notes alone are no objection.
likelore net check "$EXAMPLES/networks/asia.bif"
