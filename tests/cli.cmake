# The command, case by case, and the examples of the documentation. A case is a file, so that adding
# one registers it.
file(GLOB cases CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR}/cli cli/*/*.sh)
foreach(case IN LISTS cases)
  string(REPLACE ".sh" "" name ${case})
  add_test(NAME cli/${name} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/cli/run
           ${CMAKE_CURRENT_SOURCE_DIR}/cli/${case})
  set_property(TEST cli/${name} PROPERTY ENVIRONMENT LIKELORE_BIN=$<TARGET_FILE_DIR:likelore>)
endforeach()

file(GLOB_RECURSE documents CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
     ${PROJECT_SOURCE_DIR}/docs/*.md)
list(PREPEND documents README.md)
foreach(document IN LISTS documents)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${document})
  file(STRINGS ${PROJECT_SOURCE_DIR}/${document} examples REGEX "^```console")
  if(examples)
    add_test(NAME docs/${document} COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/docs/run
             ${PROJECT_SOURCE_DIR}/${document})
    set_property(TEST docs/${document} PROPERTY ENVIRONMENT
                 LIKELORE_BIN=$<TARGET_FILE_DIR:likelore>)
  endif()
endforeach()

# Other projects' use of what is installed.
if(NOT LIKELORE_SANITIZE AND NOT LIKELORE_COVERAGE)
  add_test(NAME install COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/install/run ${PROJECT_BINARY_DIR})
endif()

# The chain from a text to models, in small; the spam example, where its corpus is.
add_test(NAME examples/chain COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/examples/chain)
set_tests_properties(examples/chain PROPERTIES
  ENVIRONMENT LIKELORE_BIN=$<TARGET_FILE_DIR:likelore>)
add_test(NAME examples/spam COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/examples/spam)
set_tests_properties(examples/spam PROPERTIES SKIP_RETURN_CODE 77
  ENVIRONMENT LIKELORE_BIN=$<TARGET_FILE_DIR:likelore>)
