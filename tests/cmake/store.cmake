# What users run is hardened; other builds need not be.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT MESH_SANITIZE)
  set(MESH_RELEASE_BINARY $<TARGET_FILE:mesh>)
else()
  set(MESH_RELEASE_BINARY ${CMAKE_SOURCE_DIR}/build/release/mesh)
endif()
add_test(NAME hardening COMMAND ${CMAKE_SOURCE_DIR}/tests/e2e/hardening.sh ${MESH_RELEASE_BINARY})
set_tests_properties(hardening PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)
