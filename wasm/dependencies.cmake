# cJSON, expat, libmd and mini-gmp for WebAssembly, compiled from the Debian sources that
# wasm/fetch-sources.sh fetched. The targets have the names that the native build gives to Debian's
# libraries.
set(LIKELORE_WASM_DEPENDENCIES ${PROJECT_SOURCE_DIR}/build/wasm-deps CACHE PATH
    "Where wasm/fetch-sources.sh has put the sources of the dependencies")
foreach(package cjson expat gmp libmd)
  if(NOT IS_DIRECTORY ${LIKELORE_WASM_DEPENDENCIES}/${package})
    message(FATAL_ERROR "The source of ${package} is missing: run wasm/build.sh")
  endif()
endforeach()

add_library(lk_cjson STATIC ${LIKELORE_WASM_DEPENDENCIES}/cjson/cJSON.c)
target_include_directories(lk_cjson SYSTEM PUBLIC ${LIKELORE_WASM_DEPENDENCIES}/cjson)

# Small rather than fast, as bayes/CMakeLists.txt has it.
target_compile_options(lk_cjson PRIVATE -Os)

# SHA-2 alone. Its sources ask their configuration for one thing.
file(WRITE ${PROJECT_BINARY_DIR}/libmd/config.h "#define HAVE_UNISTD_H 1\n")
add_library(lk_libmd STATIC
  ${LIKELORE_WASM_DEPENDENCIES}/libmd/src/sha2.c
  ${LIKELORE_WASM_DEPENDENCIES}/libmd/src/sha256hl.c
)
target_include_directories(lk_libmd SYSTEM PUBLIC ${LIKELORE_WASM_DEPENDENCIES}/libmd/include
                           PRIVATE ${PROJECT_BINARY_DIR}/libmd)

# GMP's small relative, which comes in its source package.
add_library(lk_gmp STATIC ${LIKELORE_WASM_DEPENDENCIES}/gmp/mini-gmp/mini-gmp.c)
target_include_directories(lk_gmp SYSTEM PUBLIC ${LIKELORE_WASM_DEPENDENCIES}/gmp/mini-gmp)

# Expat asks its configuration for the machine and where the salt of its hash tables comes from: in a
# page, where nobody but its user gives it files, the time will do.
file(WRITE ${PROJECT_BINARY_DIR}/expat/expat_config.h
     "#define BYTEORDER 1234\n#define XML_POOR_ENTROPY 1\n"
     "#define XML_CONTEXT_BYTES 1024\n#define XML_DTD 1\n#define XML_NS 1\n")
add_library(lk_expat STATIC
  ${LIKELORE_WASM_DEPENDENCIES}/expat/expat/lib/xmlparse.c
  ${LIKELORE_WASM_DEPENDENCIES}/expat/expat/lib/xmlrole.c
  ${LIKELORE_WASM_DEPENDENCIES}/expat/expat/lib/xmltok.c
)
target_include_directories(lk_expat SYSTEM PUBLIC ${LIKELORE_WASM_DEPENDENCIES}/expat/expat/lib
                           PRIVATE ${PROJECT_BINARY_DIR}/expat)
# Small rather than fast, which saves a page a tenth of what the module for networks weighs: one
# tokenizer for all encodings calls functions for each character.
target_compile_options(lk_expat PRIVATE -Os)
target_compile_definitions(lk_expat PUBLIC XML_STATIC PRIVATE XML_MIN_SIZE)
