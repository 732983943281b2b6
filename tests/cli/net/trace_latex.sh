# The file compiles as it is, where LaTeX is there to tell.
cat >names.bif <<'END'
network names { }
variable "a_b%$#&{}~^<>|" { type discrete [ 2 ] { "日本", "é`'x" }; }
variable "$x$" { type discrete [ 2 ] { s-1, s__2 }; }
probability ( "a_b%$#&{}~^<>|" ) { table 0.00001, 0.99999; }
probability ( "$x$" | "a_b%$#&{}~^<>|" ) { table 0.1, 0.5, 0.9, 0.5; }
END
likelore net trace names.bif -t '$x$' --format latex -o names.tex
likelore net trace $EXAMPLES/networks/asia.bif -t lung -e dysp=yes --format latex -o asia.tex
likelore net separate $EXAMPLES/networks/asia.bif lung tub -g dysp --format latex -o separate.tex
for file in names asia separate; do
    tail -n 1 $file.tex
    command -v pdflatex >/dev/null || continue
    pdflatex -draftmode -interaction=nonstopmode -halt-on-error $file.tex >log 2>&1 || cat log
done
