#!/bin/sh
# Fetches the Debian source packages that the WebAssembly build compiles into DIRECTORY, one folder
# a package: fetch-sources.sh DIRECTORY PACKAGE…
#
# apt reads a source list of its own, made from the mirrors this machine uses, so that nothing of
# the system's configuration changes; dpkg-source applies Debian's patches. Nothing is fetched
# again.
set -eu
directory=$1
shift
mkdir -p "$directory"
cd "$directory"
here=$PWD

# "URI SUITE" of each binary source of this machine, in both of apt's formats.
suites_of_this_machine() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
        sed -n 's/^deb  *\(\[[^]]*\] *\)\{0,1\}\([^ ]*\)  *\([^ ]*\) .*main.*/\2 \3/p'
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
        function flush() {
            if (types ~ /(^| )deb( |$)/ && components ~ /main/)
                for (u = split(uris, uri, " "); u > 0; u--)
                    for (s = split(suites, suite, " "); s > 0; s--) print uri[u], suite[s]
            types = uris = suites = components = ""
        }
        /^Types:/ { sub(/^[^:]*: */, ""); types = $0 }
        /^URIs:/ { sub(/^[^:]*: */, ""); uris = $0 }
        /^Suites:/ { sub(/^[^:]*: */, ""); suites = $0 }
        /^Components:/ { sub(/^[^:]*: */, ""); components = $0 }
        /^$/ { flush() }
        END { flush() }'
}

# write_list SUITES: a list with these suites (a pattern) of this machine's release of Debian.
write_list() {
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    suites_of_this_machine | sort -u | grep -E " $codename($1)\$" |
        sed 's|^|deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] |; s|$| main|' \
            >sources.list
    [ -s sources.list ] || { echo "no Debian mirror among this machine's sources" >&2; return 1; }
    mkdir -p state/lists/partial state/cache/archives/partial
    apt_get update
}

apt_get() {
    apt-get -qq -o Dir::Etc::sourcelist="$here/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::State::lists="$here/state/lists" -o Dir::Cache="$here/state/cache" \
        -o APT::Sandbox::User= "$@"
}

# Unpacks a source package into a folder of its plain name.
fetch() {
    rm -rf "$1" "$1.part"
    mkdir "$1.part"
    (cd "$1.part" && apt_get source "$1") || return 1
    mv "$1.part/$1"-*/ "$1"
    rm -rf "$1.part"
}

list_sources() { write_list '|-updates|-security' || write_list ''; }

# A mirror may list a security update that it no longer serves: then the release's version.
fetch_any() { fetch "$1" || { write_list '' && fetch "$1"; }; }

# Runs a command whose errors matter only when it fails in every way.
quietly() {
    "$@" 2>errors || { cat errors >&2; exit 1; }
}

listed=0
for package in "$@"; do
    [ -d "$package" ] && continue
    [ "$listed" = 1 ] || quietly list_sources
    listed=1
    quietly fetch_any "$package"
done
