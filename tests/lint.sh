#!/bin/sh
# Checks what compilers do not: tests/lint.sh [BUILD_DIRECTORY]
#
#   format        every C file is as clang-format writes it
#   architecture  what may include and call what (docs/architecture.md)
#   analysis      clang-tidy finds nothing in the product's files, as the build directory (default
#                 build/dev) compiles them; files that have not changed since are not analysed again
set -u
cd "$(dirname "$0")/.." || exit
build=${1:-build/dev}
libraries='core bayes lm'
product="$libraries native wasm"

# report TITLE: shows what is in standard input, if anything, under the title.
report() {
    found=$(cat)
    [ -z "$found" ] || printf '%s:\n%s\n' "$1" "$found"
}

# search PATTERN PLACE…: lines of C files of ours in which the extended expression is found.
search() {
    pattern=$1
    shift
    for place in "$@"; do git grep -nE "$pattern" -- "$place/*.c" "$place/*.h"; done
}

check_format() {
    git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror 2>&1 | grep error: |
        report 'not as clang-format writes it'
    git ls-files '*.c' '*.h' | xargs awk 'FNR == 601 { print FILENAME }' |
        report 'files of more than 600 lines'
    search '\b(TODO|FIXME|XXX)\b' $product tests | report 'unfinished work'
}

check_architecture() {
    for header in cblas cJSON emscripten expat gmp immintrin microhttpd mini-gmp mpi pcre2 pthread sha2 \
        wasm_simd128; do
        files=$(search "#include <([a-z]+/)?$header\.h>" $product | cut -d: -f1 | sort -u)
        [ "$(echo "$files" | wc -l)" -le 1 ] || echo "$files" | report "more than one door to $header.h"
    done
    search '#include <(mini-)?gmp\.h>' $product | cut -d: -f1 | grep -v '^bayes/exact/natural\.c$' | sort -u |
        report 'GMP outside bayes/exact/natural.c'
    search '#include .*(intrin|wasm_simd128|arm_neon)\.h' $product | grep -v '^core/kernels/' |
        report 'vector instructions outside core/kernels'

    search '#include "(.*/)?(bayes|lm)(/.*|\.h)"' core | report 'core includes what is above it'
    search '#include "(.*/)?lm(/.*|\.h)"' bayes | report 'bayes includes lm'
    search '#include "(.*/)?bayes(/.*|\.h)"' lm | report 'lm includes bayes'
    search '#include "' native wasm | while IFS=: read -r file _ line; do
        header=${line#*\"} && header=${header%\"*}
        case $header in likelore/*) continue ;; esac
        [ -e "${file%/*}/$header" ] || echo "$file includes $header"
    done | report 'native and wasm see public headers only'

    search '\b(printf|fprintf|puts|fputs|putchar|perror|exit|_exit|abort)\(|\b(stdout|stderr)\b' \
        $libraries | report 'libraries neither print nor exit'
    search '\b(malloc|calloc|realloc|free|strdup)\(' $libraries | grep -vE '^core/(context|json)\.c:' |
        report 'memory that does not come from a context'
}

# A script that analyses one file, unless it was found clean and neither it nor a header has changed
# since.
analysis_script() {
    cat <<'END'
stamp=$0.$(echo "$1" | tr / _)
[ -e "$stamp" ] && [ -z "$(find core bayes lm native .clang-tidy -newer "$stamp" \
    \( -name '*.h' -o -name .clang-tidy -o -path "$1" \))" ] && exit
touch "$stamp.new"
if clang-tidy -p "${0%/*}" --quiet "$1" >"$stamp.log" 2>/dev/null; then
    mv "$stamp.new" "$stamp"
else
    grep -A 2 error: "$stamp.log" || cat "$stamp.log"
    echo "the whole of it: $stamp.log"
fi
END
}

check_analysis() {
    analysis_script >"$build/analyse.sh"
    sed -n 's/.*"file": "\(.*\)".*/\1/p' "$build/compile_commands.json" | sed "s|^$PWD/||" | sort -u |
        grep -E '^(core|bayes|lm|native)/' | xargs -P "$(nproc)" -n 1 sh "$build/analyse.sh" |
        report 'clang-tidy'
}

for needed in "$(command -v clang-format)" "$(command -v clang-tidy)" "$build/compile_commands.json"; do
    [ -e "$needed" ] || { echo "clang-format, clang-tidy and a configured $build are needed"; exit 1; }
done
findings=$(check_format; check_architecture; check_analysis)
[ -z "$findings" ] && exit
echo "$findings"
exit 1
