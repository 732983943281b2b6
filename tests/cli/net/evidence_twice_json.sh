# Two things known of one variable are a list: a key of JSON stands once.
likelore net mpe $EXAMPLES/networks/cancer.bif -l Xray=positive:0.5,negative:0.25 -e Xray=positive -e Cancer=no \
    -l Xray=positive:0.5,negative:1 -e Smoker!=no -e Smoker=yes --do Pollution=low --json
