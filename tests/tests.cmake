include(CTest)
if(NOT BUILD_TESTING)
  return()
endif()
find_package(doctest 2.4 REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS SSL)  # servers in unit tests speak TLS

# The unit tests: one binary, split by source folder in the ctest listing.
file(GLOB_RECURSE TEST_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/*.cpp)
add_executable(mesh_tests ${TEST_SOURCES})
target_link_libraries(mesh_tests PRIVATE mesh_cmd OpenSSL::SSL)
target_include_directories(mesh_tests PRIVATE /usr/include/doctest)
set_source_files_properties(${CMAKE_SOURCE_DIR}/tests/unit/source_dir.cpp PROPERTIES
  COMPILE_DEFINITIONS MESH_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
add_test(NAME unit COMMAND mesh_tests)

# Each file in tests/cmake adds tests of one kind (golden cases, e2e scripts, fuzz replay, …).
file(GLOB TEST_PARTS CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/cmake/*.cmake)
foreach(PART IN LISTS TEST_PARTS)
  include(${PART})
endforeach()
