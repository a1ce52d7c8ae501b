find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)
add_executable(ssh_signature_tool ${CMAKE_SOURCE_DIR}/tests/e2e/ssh_signature_tool.cpp)
target_link_libraries(ssh_signature_tool PRIVATE mesh_core)
add_test(NAME ssh_signatures
  COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/ssh_signatures.py $<TARGET_FILE:ssh_signature_tool>)
add_test(NAME trust COMMAND Python3::Interpreter ${CMAKE_SOURCE_DIR}/tests/e2e/trust.py $<TARGET_FILE:mesh>)
set_tests_properties(ssh_signatures trust PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 600)
