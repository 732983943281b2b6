# Sourced by the runners of cases and examples: compares texts with expectations that have wildcards.
shopt -s extglob
newline=$'\n'

# matches TEXT WILDCARD ANY_LINES <expectation: whether TEXT is what the expectation says. In it,
# WILDCARD stands for any text within a line, and a line that is ANY_LINES for any lines or none.
# Each line becomes a part of one shell pattern for the whole text.
matches() {
    local text=$1 wildcard=$2 any_lines=$3 line pattern=
    while IFS= read -r line; do
        if [[ $line == "$any_lines" ]]; then
            pattern+="?(*$newline)"
        else
            pattern+=${line//"$wildcard"/"*([^$newline])"}$newline
        fi
    done < <(sed 's/[][\\*?()|+@!]/\\&/g')
    [[ $text == $pattern ]]
}

# Runs a command with a new directory as the current one, which is removed afterwards.
in_fresh_directory() {
    local directory status=0
    directory=$(mktemp -d /tmp/likelore-test-XXXXXX)
    (cd "$directory" && "$@") || status=$?
    rm -rf "$directory"
    return $status
}

# The same surroundings everywhere: what is run sees no settings of the user's and no terminal.
export LC_ALL=C.UTF-8 TERM=dumb NO_COLOR=1
exec </dev/null
