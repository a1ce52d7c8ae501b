find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

# Our signer beside botocore's.
add_executable(sign_requests ${CMAKE_SOURCE_DIR}/tests/e2e/sign_requests.cpp)
target_link_libraries(sign_requests PRIVATE mesh_core)
add_test(NAME sigv4_botocore
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/sigv4_botocore.py $<TARGET_FILE:sign_requests>)
set_tests_properties(sigv4_botocore PROPERTIES LABELS e2e SKIP_RETURN_CODE 77)

# The promises of stores, on real servers; and publishing to one.
add_test(NAME stores COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/stores.py $<TARGET_FILE:mesh_tests>)
add_test(NAME s3_publish COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/s3_publish.py $<TARGET_FILE:mesh>)
add_test(NAME cloud_publish COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/cloud_publish.py $<TARGET_FILE:mesh>)
set_tests_properties(stores s3_publish cloud_publish PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)

# Where keys come from: the shared files of AWS beside botocore, and all sources with the servers that they ask.
add_executable(lent_keys ${CMAKE_SOURCE_DIR}/tests/e2e/lent_keys.cpp)
target_link_libraries(lent_keys PRIVATE mesh_core)
add_test(NAME aws_files_botocore
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/aws_files_botocore.py $<TARGET_FILE:lent_keys>)
add_test(NAME credentials COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/credentials.py $<TARGET_FILE:mesh>)
set_tests_properties(aws_files_botocore credentials PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)

# Publishing through servers and networks that fail.
add_test(NAME s3_faults COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/s3_faults.py $<TARGET_FILE:mesh>)
add_test(NAME s3_network COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/s3_network.py $<TARGET_FILE:mesh>)
add_test(NAME race_stores COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/race_stores.py $<TARGET_FILE:mesh>)
add_test(NAME canaries COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/canaries.py $<TARGET_FILE:mesh>)
add_test(NAME reach COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/reach.py $<TARGET_FILE:mesh>)
set(MESH_FAULT_TESTS s3_faults s3_network race_stores canaries reach)
# Sanitizers do not work under strace.
if(NOT MESH_SANITIZE)
  add_test(NAME crash_s3 COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/crash_s3.py $<TARGET_FILE:mesh>)
  list(APPEND MESH_FAULT_TESTS crash_s3)
endif()
set_tests_properties(${MESH_FAULT_TESTS} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)
