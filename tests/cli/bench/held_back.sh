# OpenBLAS told to run on an old core: bench says so. So does what trains, where it multiplies with
# OpenBLAS, and nobody with --quiet.
export OPENBLAS_CORETYPE=Nehalem
measure() { likelore bench --quick --threads 1 --backend openblas "$@"; }
note='^likelore: note: OPENBLAS_CORETYPE=Nehalem keeps OpenBLAS from the kernels for this processor (.*)$'
if measure --json >bench.json 2>said && ! grep -q '"remark": null' bench.json; then
    [ "$(grep -c "$note" said)" = 1 ] || cat said
fi
measure --quiet 2>&1 >/dev/null | grep note
likelore lm info --vocab_size=100 2>&1 >/dev/null | grep -v "$note"
likelore lm info --vocab_size=100 --quiet 2>&1 >/dev/null
