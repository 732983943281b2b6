# What `cmake --install` puts beside the command: the static libraries, their headers, and two
# descriptions of them, for pkg-config and for CMake. Both find everything relative to themselves,
# so that the prefix may be chosen (or changed) after the build.
include(CMakePackageConfigHelpers)

foreach(floor core bayes lm)
  set_target_properties(lk_${floor} PROPERTIES
    OUTPUT_NAME likelore-${floor} EXPORT_NAME ${floor})
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${floor}/include/likelore
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.h")
endforeach()
install(TARGETS lk_core lk_bayes lk_lm EXPORT LikeloreTargets ARCHIVE
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

get_property(LIKELORE_MODULES GLOBAL PROPERTY LIKELORE_MODULES)
list(REMOVE_DUPLICATES LIKELORE_MODULES)

set(package_place ${CMAKE_INSTALL_LIBDIR}/cmake/Likelore)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/LikeloreConfig.cmake.in
  ${PROJECT_BINARY_DIR}/LikeloreConfig.cmake INSTALL_DESTINATION ${package_place}
  NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/LikeloreConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/LikeloreConfig.cmake
  ${PROJECT_BINARY_DIR}/LikeloreConfigVersion.cmake DESTINATION ${package_place})
install(EXPORT LikeloreTargets NAMESPACE Likelore:: DESTINATION ${package_place})

set(pc_place ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH PC_PREFIX ${pc_place} ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" PC_PREFIX ${PC_PREFIX})
file(RELATIVE_PATH PC_INCLUDEDIR ${pc_place} ${CMAKE_INSTALL_FULL_INCLUDEDIR})
string(REPLACE ";" ", " PC_REQUIRES "${LIKELORE_MODULES}")
set(PC_SYSTEM ${CMAKE_THREAD_LIBS_INIT})
foreach(library IN LISTS CMAKE_DL_LIBS ITEMS m)
  list(APPEND PC_SYSTEM -l${library})
endforeach()
list(JOIN PC_SYSTEM " " PC_SYSTEM)
configure_file(${CMAKE_CURRENT_LIST_DIR}/likelore.pc.in ${PROJECT_BINARY_DIR}/likelore.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/likelore.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
