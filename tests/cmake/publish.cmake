find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
add_test(NAME publish_roundtrip
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/publish_roundtrip.py $<TARGET_FILE:mesh>)
set_tests_properties(publish_roundtrip PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)
