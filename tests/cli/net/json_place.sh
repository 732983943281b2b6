printf '{"version":1,"name":"n","variables":[\n {"name":"smoke","states":["yes","no"],"table":[0.5,0.5]},\n {"name":"lung","states":["yes","no"],"parents":["smok"],"table":null}]}\n' >bad.json
likelore net info bad.json; echo $?
likelore net info bad.json --json; echo $?
printf '{"version":1,"variables":[{"name":"A","states":["a"],"table":[1],"states":["b"]}]}\n' >twice.json
likelore net info twice.json; echo $?
