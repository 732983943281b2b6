cat > x.bif <<'END'
variable "a,b" { type discrete [ 2 ] { "x=1", y }; }
variable C { type discrete [ 2 ] { c0, c1 }; }
probability ( "a,b" ) { table 0.25, 0.75; }
probability ( C | "a,b" ) { ("x=1") 0.5, 0.5; (y) 0.1, 0.9; }
END
likelore net query x.bif -t C -e '"a,b"="x=1"'
