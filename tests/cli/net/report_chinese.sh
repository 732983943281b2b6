# The LaTeX compiles as it is, where XeLaTeX and ctex are there to tell.
likelore net report $EXAMPLES/networks/abcd.bif $EXAMPLES/questions/abcd.txt --language zh
likelore net report $EXAMPLES/networks/homework.bif $EXAMPLES/questions/homework.txt --language zh -o solution.tex
head -n 2 solution.tex
command -v xelatex >/dev/null && kpsewhich ctexart.cls >/dev/null || exit 0
xelatex -no-pdf -interaction=nonstopmode -halt-on-error solution.tex >log 2>&1 || cat log
