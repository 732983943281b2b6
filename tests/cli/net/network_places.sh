# What is wrong with a network as a whole is told where the file has it, in every format.
cat >cycle.bif <<END
network n {}
variable a { type discrete [2] { x, y }; }
variable b { type discrete [2] { x, y }; }
probability ( a | b ) { (x) 0.1, 0.9; (y) 0.2, 0.8; }
probability ( b | a ) { (x) 0.1, 0.9; (y) 0.2, 0.8; }
END
cat >cycle.net <<END
net { }
node a { states = ("x" "y"); }
node b { states = ("x" "y"); }
potential (a | b) { data = ((0.1 0.9) (0.2 0.8)); }
potential (b | a) { data = ((0.1 0.9) (0.2 0.8)); }
END
cat >cycle.json <<END
{"version": 1, "variables": [
  {"name": "a", "states": ["x", "y"], "parents": ["b"], "table": [0.1, 0.9, 0.2, 0.8]},
  {"name": "b", "states": ["x", "y"], "parents": ["a"], "table": [0.10000000000000000000001, 0.9, 0.2, 0.8]}]}
END
printf 'BAYES\n2\n2 2\n2\n2 1 0\n2 0 1\n4 .1 .9 .2 .8\n4 .1 .9 .2 .8\n' >cycle.uai
cat >cycle.xdsl <<END
<?xml version="1.0"?>
<smile version="1.0" id="n"><nodes>
<cpt id="a"><state id="x"/><state id="y"/><parents>b</parents><probabilities>.1 .9 .2 .8</probabilities></cpt>
<cpt id="b"><state id="x"/><state id="y"/><parents>a</parents><probabilities>.1 .9 .2 .8</probabilities></cpt>
</nodes></smile>
END
for file in cycle.*; do likelore net info $file; echo $?; done
sed '4d' cycle.bif >missing.bif
likelore net info missing.bif
echo '{"version":1,"variables":[]}' >empty.json
likelore net info empty.json
# A network may have structure alone; what needs numbers tells which are not there.
cat >structure.json <<END
{"version": 1, "variables": [
  {"name": "a", "states": ["x", "y"], "table": [0.1, 0.9]},
  {"name": "b", "states": ["x", "y"], "parents": ["a"]}]}
END
likelore net query structure.json
likelore net query structure.json --engine enumerate --json
likelore net mpe structure.json
