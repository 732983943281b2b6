printf '%s' '{"version":1,"name":"a \"0.12345678901234567890\"","variables":[{"name":"X 0.12345678901234567890","states":["a","b"],
    "table":[0.123456789012345678901234,8.76543210987654321098766E-1]}]}' > x.json
likelore net query x.json --exact
likelore net convert x.json --to json
printf '%s' '{"version":1,"kind":"markov","variables":[{"name":"X","states":["a","b"]}],
    "potentials":[{"scope":["X"],"values":[1.000000000000000000001,2]}]}' | likelore net query - --exact
printf '%s' '{"version":1,"variables":[0.12345678901234567890 }' | likelore net query -
printf '%s' '{"version":1,"variables":[{"name":"X","states":["a","b"],"table":[-0.12345678901234567890,1]}]}' | likelore net query -
