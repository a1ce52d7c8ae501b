find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# What `mesh init` promises when the machine fails it.
add_test(NAME init_faults COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/init_faults.py $<TARGET_FILE:mesh>)
add_test(NAME init COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/init_disk.py $<TARGET_FILE:mesh>)
set_tests_properties(init_faults init PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)

# What the README shows is what mesh prints.
add_test(NAME readme COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/readme_tour.py $<TARGET_FILE:mesh>)
set_tests_properties(readme PROPERTIES LABELS e2e)

add_test(NAME install COMMAND ${CMAKE_SOURCE_DIR}/tests/setup/installed.sh ${CMAKE_BINARY_DIR})
set_tests_properties(install PROPERTIES LABELS e2e)
