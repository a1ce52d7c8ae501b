find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# What core/git reads of random repositories is what the real git reads.
add_executable(git_read ${CMAKE_SOURCE_DIR}/tests/e2e/git_read.cpp)
target_link_libraries(git_read PRIVATE mesh_core)
add_test(NAME git_objects
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/git_objects.py $<TARGET_FILE:git_read>)
set_tests_properties(git_objects PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 600)

# What `validate --changed` finds is what `publish` would refuse.
add_test(NAME not_bumped COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/not_bumped.py $<TARGET_FILE:mesh>)
set_tests_properties(not_bumped PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 600)
