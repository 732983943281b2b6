# The kernel checks for WebAssembly, run with
#     node --no-experimental-fetch build/wasm/tests/kernel_checks.cjs
# (Emscripten 3.1.6 would fetch the module by its path, which node refuses.)
add_executable(kernel_checks
  ${CMAKE_CURRENT_LIST_DIR}/support/kernel_checks.c
  ${CMAKE_CURRENT_LIST_DIR}/support/kernel_checks_main.c
)
target_link_libraries(kernel_checks PRIVATE lk_flags lk_core_private)
target_link_options(kernel_checks PRIVATE -sENVIRONMENT=node -sINITIAL_MEMORY=64MB)
set_target_properties(kernel_checks PROPERTIES SUFFIX .cjs
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
