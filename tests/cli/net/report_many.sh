# 40 findings: a joint table would have 2^40 cells, and their probability no double holds.
awk 'BEGIN {
    print "variable C { type discrete [ 2 ] { a, b }; } probability ( C ) { table 0.25, 0.75; }"
    for (i = 0; i < 40; i++)
        printf "variable X%d { type discrete [ 2 ] { t, f }; } probability ( X%d | C ) { (a) 1e-9, 0.999999999; (b) 2e-9, 0.999999998; }\n", i, i
    for (i = 0; i < 40; i++) given = given (i ? "," : "") "X" i "=t"
    print "P(C=a|" given ")" > "sheet.txt"
    print "P(C=a|" given ") = P(C=a|X0=t) ?" > "sheet.txt"
}' > n.bif
likelore net report n.bif sheet.txt --format text | grep -o '= [^=P]*$'
likelore net report n.bif sheet.txt --format text --exact | grep -o '= [^=P]*$'
