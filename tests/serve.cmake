# Tests of `likelore serve`: its parts, and the whole over the network.
lk_test(test_serve SOURCES unit/test_serve.c ../native/serve_path.c ../native/serve_fields.c)
lk_test(test_serve_answer SOURCES unit/test_serve_answer.c ../native/serve_answer.c
        ../native/serve_path.c ../native/serve_fields.c)
foreach(test test_serve test_serve_answer)
  target_include_directories(${test} PRIVATE ${PROJECT_SOURCE_DIR}/native)
endforeach()
add_test(NAME serve COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/serve/run)
set_property(TEST serve PROPERTY ENVIRONMENT LIKELORE_BIN=$<TARGET_FILE_DIR:likelore>)
