likelore net draw $EXAMPLES/networks/asia.bif --graph triangulated --order asia,tub,xray,dysp,smoke,lung,bronc,either --format dot
