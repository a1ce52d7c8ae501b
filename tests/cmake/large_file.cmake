# Bounds on memory hold for what users run.
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT MESH_SANITIZE)
  add_test(NAME large_file COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/large_file.py $<TARGET_FILE:mesh>)
  set_tests_properties(large_file PROPERTIES LABELS "e2e;optimized" RUN_SERIAL ON)
endif()
