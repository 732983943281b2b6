likelore net mpe $EXAMPLES/networks/asia.bif -l xray=yes:1e-300,no:1e-290 -l dysp=yes:1e-300,no:0 -l lung=yes:1e-10,no:1e-300 --json
