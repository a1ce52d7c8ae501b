find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME every_rule COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/every_rule.py $<TARGET_FILE:mesh>)
set_tests_properties(every_rule PROPERTIES LABELS e2e)
