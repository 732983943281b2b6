likelore net convert $EXAMPLES/networks/cancer.bif --to hugin
likelore net convert $EXAMPLES/networks/cancer.bif -o cancer.xdsl
likelore net convert cancer.xdsl -o cancer.uai
cat cancer.uai.names
likelore net convert cancer.uai -o cancer.xml
likelore net convert cancer.xml -o cancer.json
likelore net convert cancer.json --to bif > there-and-back.bif
likelore net convert $EXAMPLES/networks/cancer.bif --to bif | grep -v '^network' > once.bif
grep -v '^network' there-and-back.bif | cmp - once.bif && echo same
