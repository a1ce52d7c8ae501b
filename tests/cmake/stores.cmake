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
foreach(REGISTRY docker-registry docker-registry-password docker-registry-tokens registry-with-referrers)
  add_test(NAME oci_publish/${REGISTRY}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/oci_publish.py $<TARGET_FILE:mesh> ${REGISTRY})
  set_tests_properties(oci_publish/${REGISTRY} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)
endforeach()
set_tests_properties(stores s3_publish cloud_publish PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)

# Where keys come from: the shared files of AWS beside botocore, and all sources with the servers that they ask.
add_executable(lent_keys ${CMAKE_SOURCE_DIR}/tests/e2e/lent_keys.cpp)
target_link_libraries(lent_keys PRIVATE mesh_core)
add_test(NAME aws_files_botocore
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/aws_files_botocore.py $<TARGET_FILE:lent_keys>)
add_test(NAME credentials COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/credentials.py $<TARGET_FILE:mesh>)
add_test(NAME policies COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/policies.py $<TARGET_FILE:mesh>)
set_tests_properties(aws_files_botocore credentials policies PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)

# Publishing through servers and networks that fail, and from many places at one time.
set(MESH_FAULT_TESTS s3_faults cloud_faults s3_network race_stores)
# Sanitizers work neither under strace nor under faketime.
if(NOT MESH_SANITIZE)
  list(APPEND MESH_FAULT_TESTS crash_s3 canaries reach tls_stores)
endif()
foreach(name ${MESH_FAULT_TESTS})
  add_test(NAME ${name} COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/${name}.py $<TARGET_FILE:mesh>)
endforeach()
set_tests_properties(${MESH_FAULT_TESTS} PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)

# On MinIO, which is opt-in: a skip unless MESH_TEST_MINIO=1 is in the environment.
foreach(name stores s3_publish policies race_stores)
  set(program mesh)
  if(name STREQUAL stores)
    set(program mesh_tests)
  endif()
  add_test(NAME ${name}/minio
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/e2e/${name}.py $<TARGET_FILE:${program}> minio)
  set_tests_properties(${name}/minio PROPERTIES LABELS e2e SKIP_RETURN_CODE 77 TIMEOUT 900)
endforeach()
