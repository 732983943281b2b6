#!/bin/sh
# Builds the WebAssembly modules into wasm/js/dist/wasm, where the npm package has them. Needs the
# Debian packages emscripten, clang-19, lld-19, llvm-19, dpkg-dev, cmake and ninja-build. What is
# present is neither fetched nor built again.
set -eu
cd "$(dirname "$0")/.."
wasm/fetch-sources.sh build/wasm-deps cjson expat gmp libmd
log=build/wasm-build.log
{ cmake --preset wasm && cmake --build --preset wasm; } >"$log" 2>&1 || { cat "$log"; exit 1; }
mkdir -p wasm/js/dist/wasm
for module in build/wasm/modules/*.js build/wasm/modules/*.wasm; do
    cmp -s "$module" "wasm/js/dist/wasm/${module##*/}" || cp "$module" wasm/js/dist/wasm/
done
# What a page loads of each module, compressed.
for module in wasm/js/dist/wasm/*.wasm; do
    cat "$module" "${module%.wasm}.js" | gzip -9 | wc -c |
        awk -v name="$(basename "$module" .wasm)" '{ printf "%-22s %5.1f kB with its glue, gzip\n", name, $1 / 1000 }'
done
