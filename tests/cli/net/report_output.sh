# The extension says which format; the file compiles as it is, where LaTeX is there to tell.
likelore net report $EXAMPLES/networks/homework.bif $EXAMPLES/questions/homework.txt -o solution.tex
likelore net report $EXAMPLES/networks/homework.bif $EXAMPLES/questions/homework.txt -o solution.md
likelore net report $EXAMPLES/networks/homework.bif $EXAMPLES/questions/homework.txt -o solution.html
head -n 1 solution.tex solution.md solution.html
command -v pdflatex >/dev/null || exit 0
pdflatex -draftmode -interaction=nonstopmode -halt-on-error solution.tex >log 2>&1 || cat log
