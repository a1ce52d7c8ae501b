find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
add_test(NAME schema_suite
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/schema_suite.py $<TARGET_FILE:mesh>)
set_tests_properties(schema_suite PROPERTIES LABELS e2e)
