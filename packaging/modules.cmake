# What the libraries use of others, told once for the build, likelore.pc and the CMake package.

# lk_use_library(TARGET NAME MODULE): TARGET is built with the library that pkg-config knows as
# MODULE. The WebAssembly build compiles it from source instead, as the target NAME
# (wasm/dependencies.cmake).
function(lk_use_library target name module)
  if(EMSCRIPTEN)
    target_link_libraries(${target} PRIVATE ${name})
    return()
  endif()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(LIKELORE_${module} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  target_link_libraries(${target} PRIVATE PkgConfig::LIKELORE_${module})
  set_property(GLOBAL APPEND PROPERTY LIKELORE_MODULES ${module})
endfunction()
