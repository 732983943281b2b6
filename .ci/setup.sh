# Sourced by quickstart and check: Debian packages, Node.js and the npm dependencies.

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Quiet about the terminal's bold where there is none.
if [ ! -t 1 ] || [ -n "${NO_COLOR:-}" ]; then say() { printf '\n%s\n' "$*"; }; fi

package_is_installed() {
    dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -qx installed
}

# install_packages NAME…: installs those that are missing; with NO_INSTALL=1 only says which.
install_packages() {
    command -v dpkg-query >/dev/null || fail "this script installs Debian packages; install by hand: $*"
    missing=
    for package in "$@"; do package_is_installed "$package" || missing="$missing $package"; done
    [ -z "$missing" ] && return 0
    if [ "${NO_INSTALL:-0}" = 1 ]; then
        fail "missing packages; install them with: apt-get install --no-install-recommends$missing"
    fi
    as_root=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "not root and no sudo; install by hand:$missing"
        as_root=sudo
    fi
    say "Installing$missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086 # a list of words
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        $missing >/dev/null || fail "apt-get could not install:$missing"
}

node_is_recent() {
    command -v node >/dev/null && command -v npm >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number);
                 process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# The page's tools want Node.js 20.19 or later. Debian 12 has 18, which is enough to fetch a newer
# one from the npm registry into build/node.
install_node() {
    PATH="$ROOT/build/node/node_modules/.bin:$PATH"
    export PATH
    node_is_recent && return 0
    command -v npm >/dev/null || install_packages nodejs npm
    [ "${NO_INSTALL:-0}" = 1 ] && fail "Node.js 20.19 or later is missing"
    say "Fetching a recent Node.js into build/node"
    mkdir -p "$ROOT/build/node"
    (cd "$ROOT/build/node" && npm install --silent --no-audit --no-fund --prefix . node@22 npm@11)
    hash -r
    node_is_recent || fail "Node.js 20.19 or later could not be fetched"
}

# npm ci, unless what is installed is what the lock file says.
install_npm_dependencies() {
    stamp="$ROOT/node_modules/.installed-lock"
    cmp -s "$ROOT/package-lock.json" "$stamp" && return 0
    [ "${NO_INSTALL:-0}" = 1 ] && fail "the npm dependencies are missing: run npm ci"
    say "Installing the page's npm dependencies"
    (cd "$ROOT" && npm ci --silent --no-audit --no-fund) || fail "npm ci failed"
    cp "$ROOT/package-lock.json" "$stamp"
}

# build_native PRESET
build_native() {
    cmake --preset "$1" >"$ROOT/build/configure-$1.log" 2>&1 ||
        { cat "$ROOT/build/configure-$1.log"; fail "configuring $1 failed"; }
    # What the configuration says of itself: the lines from "Likelore" on.
    sed -n '/^-- Likelore/,/^-- Configuring/{/^-- Configuring/d;s/^-- //p;}' "$ROOT/build/configure-$1.log"
    cmake --build "$ROOT/build/$1" >"$ROOT/build/build-$1.log" 2>&1 ||
        { cat "$ROOT/build/build-$1.log"; fail "building $1 failed"; }
}
