likelore net separate $EXAMPLES/networks/asia.bif tub,xray -g dysp,tub
