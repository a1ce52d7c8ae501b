find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

add_test(NAME cases COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/run_cases.py $<TARGET_FILE:mesh>)
add_test(NAME examples COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/run_examples.py $<TARGET_FILE:mesh>)
add_test(NAME docs_are_fresh COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/docs.py $<TARGET_FILE:mesh>)
add_test(NAME shells COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/shells.py $<TARGET_FILE:mesh>)
add_test(NAME exit_codes COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/exit_codes.py $<TARGET_FILE:mesh>)

# Man pages and completions are written by mesh itself: run this after changing a command.
add_custom_target(docs COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/docs.py $<TARGET_FILE:mesh> --write
  DEPENDS mesh VERBATIM)

# Fails each allocation in turn; sanitizers have an allocator of their own.
add_test(NAME out_of_memory COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/out_of_memory.py $<TARGET_FILE:mesh>)
set_tests_properties(out_of_memory PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)
