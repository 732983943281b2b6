# What is in the sources, in the help and in the page of the manual: the same commands and options.
likelore --man-page | sed 's/\\-/-/g; s/\\f[A-Z]//g' >man
awk -F'"' 'FNR == 1 { noun = "" } /\.noun = "/ { noun = $2 " " } /\.verb = "/ { print noun $2 }' \
    "$EXAMPLES"/../../native/command_*.c | sort >sources
likelore --help | sed -nE 's/^  ([a-z]+( [a-z]+)?)  .*/\1/p' | sort >help
sed -nE 's/^\.SS likelore ([a-z]+( [a-z]+)?)( .*)?$/\1/p' man | sort >manual
diff sources help && diff sources manual || exit 1

# The options that a text defines: words -x and --name at the beginning of a line.
options() { grep -oE '^(\.B | *)(-[a-z], |    )?--[a-z-]+' | grep -oE -e '--[a-z-]+' | sort; }
while read -r noun verb; do
    likelore $noun $verb --help | awk '/^Common options/ { exit } /^Options/ { on = 1 } on' | options >help
    awk -v name="likelore $noun${verb:+ $verb}" \
        '/^\.S[SH]/ { inside = index($0 " ", ".SS " name " ") == 1 } inside' man | options >manual
    diff help manual || { echo "$noun $verb" && exit 1; }
    likelore $noun $verb --help | awk '/^Common options/ { on = 1 } on' | options >help
    awk '/^\.SH/ { on = /COMMON/ } on' man | options >manual
    diff help manual || { echo "common options of $noun $verb" && exit 1; }
done <sources

# And every name of an option in the sources is in one of them.
grep -hoE "\{\"[a-z][a-z-]*\", *(0|'.')," "$EXAMPLES"/../../native/*.[ch] |
    sed 's/{"\([a-z-]*\).*/--\1/' | sort -u | while read -r name; do
    grep -q -e "^\.B \(-[a-z], \)\?$name\( \|\[\|$\)" man || echo "$name is not in the manual"
done
