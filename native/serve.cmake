# `likelore serve`: its server, and what it serves.

# Only the header is needed: the library is loaded when it serves.
set(serve_summary "left out")
set(serve_source serve_http_none.c)
if(NOT LIKELORE_SERVE STREQUAL "OFF")
  find_path(MICROHTTPD_INCLUDE_DIR microhttpd.h)
  if(MICROHTTPD_INCLUDE_DIR)
    set(serve_summary "with libmicrohttpd.so.12, loaded at run time")
    set(serve_source serve_http.c)
    set_source_files_properties(serve_http.c PROPERTIES
                                INCLUDE_DIRECTORIES ${MICROHTTPD_INCLUDE_DIR})
  elseif(LIKELORE_SERVE STREQUAL "ON")
    message(FATAL_ERROR "LIKELORE_SERVE is ON and libmicrohttpd's header is not found "
                        "(Debian: libmicrohttpd-dev)")
  else()
    set(serve_summary "left out: libmicrohttpd's header is not found")
  endif()
endif()
target_sources(likelore PRIVATE ${serve_source})
target_link_libraries(likelore PRIVATE ${CMAKE_DL_LIBS} Threads::Threads)
set_property(GLOBAL APPEND PROPERTY LIKELORE_SUMMARY "likelore serve: ${serve_summary}")

# The page and the browser package, if they are built when this is installed. The command finds them
# from its own place, so the build directory has links at the same distance.
file(RELATIVE_PATH data_from_command
     ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/likelore)
set_source_files_properties(serve_places.c PROPERTIES
  COMPILE_DEFINITIONS LIKELORE_DATA_FROM_COMMAND="${data_from_command}")
set(page_source ${PROJECT_SOURCE_DIR}/web/dist)
set(package_source ${PROJECT_SOURCE_DIR}/wasm/js/dist)
foreach(part page package)
  install(DIRECTORY ${${part}_source}/ DESTINATION ${CMAKE_INSTALL_DATADIR}/likelore/${part}
          OPTIONAL)
  set(link ${CMAKE_CURRENT_BINARY_DIR}/${data_from_command}/${part})
  cmake_path(GET link PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  file(CREATE_LINK ${${part}_source} ${link} SYMBOLIC)
endforeach()
