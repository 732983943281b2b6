for name in asia cancer earthquake sprinkler student; do
    likelore net query $EXAMPLES/networks/$name.bif --json
done | grep -o '"p_evidence":[^,]*,"log10_p_evidence":[^,]*'
likelore net query $EXAMPLES/networks/sprinkler.bif --do rain=yes -t cloudy --json | grep -o '"p_evidence":[^,]*'
