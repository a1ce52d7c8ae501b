# Measured by hand, on a release build: cmake --build --preset release --target bench_schema
add_executable(bench_schema EXCLUDE_FROM_ALL ${CMAKE_SOURCE_DIR}/tests/bench/schema.cpp)
target_link_libraries(bench_schema PRIVATE mesh_core)
