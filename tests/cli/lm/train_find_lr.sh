# The search for a rate prints a table, a plot and a suggestion, and makes no run.
. "${0%/*}/tiny"
train --find-lr=1e-4:10:60 --quiet --optimizer=sgd
ls
train --find-lr=1e-5:1:5 --json --quiet
for wrong in 1 1:1 0:1 1e-3:1:1 1e-3:1:2.5 a:b 1:2:; do train --find-lr=$wrong; done
