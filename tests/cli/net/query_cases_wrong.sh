ask() { likelore net query $EXAMPLES/networks/asia.bif "$@"; echo $?; }
printf 'asia,xrai\nyes,no\n' | ask --cases -
printf 'asia,xray\nyes,no\nyes,nope\n' >cases.csv
ask --cases cases.csv
printf 'asia,xray\nyes,no\nno,yes\n' | ask --cases - -e asia=yes
printf 'asia,xray\nyes,\nno,yes\n' | ask --cases - -t xray
printf 'asia,xray\n' | ask --cases -
ask --cases missing.csv
ask --cases cases.csv --engine lw
ask --cases cases.csv --format uai-mar
ask --missing -
