likelore net draw $EXAMPLES/networks/sprinkler.bif -l rain=yes:0.9,no:0.2 -e 'wet_grass!=no' --do sprinkler=on --format dot
likelore net draw $EXAMPLES/networks/sprinkler.bif -l rain=yes:0.9,no:0.2 --graph triangulated --order cloudy,rain,sprinkler,wet_grass --format dot
