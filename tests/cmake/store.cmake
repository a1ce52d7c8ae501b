find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# What users run is hardened; other builds need not be.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT MESH_SANITIZE)
  set(MESH_RELEASE_BINARY $<TARGET_FILE:mesh>)
else()
  set(MESH_RELEASE_BINARY ${CMAKE_SOURCE_DIR}/build/release/mesh)
endif()
add_test(NAME hardening COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/hardening.sh ${MESH_RELEASE_BINARY})
add_test(NAME race_publish
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/race_publish.py $<TARGET_FILE:mesh>)
add_test(NAME race_releases
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/race_releases.py $<TARGET_FILE:mesh>)
set(MESH_STORE_TESTS hardening race_publish race_releases)

# Sanitizers do not work under strace.
if(NOT MESH_SANITIZE)
  add_test(NAME crash_publish
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/crash_publish.py $<TARGET_FILE:mesh>)
  add_test(NAME no_network COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/no_network.sh $<TARGET_FILE:mesh>)
  add_test(NAME crash_releases
    COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/crash_releases.py $<TARGET_FILE:mesh>)
  list(APPEND MESH_STORE_TESTS crash_publish crash_releases no_network)
endif()
set_tests_properties(${MESH_STORE_TESTS} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)
