find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# What `mesh validate` reports, read by others' tools; and the files for CI that rely on it.
foreach(NAME reports ci_files)
  add_test(NAME ${NAME} COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/${NAME}.py $<TARGET_FILE:mesh>)
  set_tests_properties(${NAME} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)
endforeach()
