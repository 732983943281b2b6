cat > x.bif <<'END'
network "two words" { }
variable "it's, here" { type discrete [ 2 ] { "a b", "c,d" }; }
variable "日本 語" { type discrete [ 2 ] { "é=è", "!" }; }
variable "<&>" { type discrete [ 2 ] { ja, nein }; }
probability ( "it's, here" ) { table 0.25, 0.75; }
probability ( "日本 語" | "it's, here" ) { ("a b") 0.5, 0.5; ("c,d") 0.1, 0.9; }
probability ( "<&>" | "日本 語" ) { ("é=è") 1, 0; ("!") 0.5, 0.5; }
END
likelore net query x.bif --engine ve -t "\"it's, here\"" -e '"日本 語"="é=è"'
likelore net trace x.bif -t '<&>' -e "\"it's, here\"=\"c,d\"" --order '"日本 語"'
likelore net draw x.bif --format dot -e '"日本 語"="!"'
likelore net draw x.bif -e "\"it's, here\"=\"a b\"" | grep title
