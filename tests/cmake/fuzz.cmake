# Each tests/fuzz/<target>.cpp is a libFuzzer target (preset `fuzz`); in every other build its corpus is replayed.
# tests/fuzz/README.md says how to run and add one.
file(GLOB FUZZ_SOURCES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp)
list(FILTER FUZZ_SOURCES EXCLUDE REGEX "/(replay|mutants)\\.cpp$")
foreach(SOURCE IN LISTS FUZZ_SOURCES)
  get_filename_component(TARGET ${SOURCE} NAME_WE)
  if(MESH_FUZZ)
    add_executable(fuzz_${TARGET} ${SOURCE})
    target_link_options(fuzz_${TARGET} PRIVATE -fsanitize=fuzzer)
    target_link_libraries(fuzz_${TARGET} PRIVATE mesh_core)
  else()
    add_executable(replay_${TARGET} ${SOURCE} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay.cpp)
    target_link_libraries(replay_${TARGET} PRIVATE mesh_core)
    add_test(NAME fuzz/replay-${TARGET} COMMAND replay_${TARGET} ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${TARGET})
  endif()
endforeach()

# The fast reader and the parser on mutants of the corpora; tests/fuzz/README.md has the figures of longer runs.
if(NOT MESH_FUZZ)
  add_executable(mutants ${CMAKE_SOURCE_DIR}/tests/fuzz/mutants.cpp)
  target_link_libraries(mutants PRIVATE mesh_core)
  add_test(NAME fuzz/mutants COMMAND mutants 20000 1 ${CMAKE_SOURCE_DIR}/tests/corpus/real
    ${CMAKE_SOURCE_DIR}/tests/corpus/yaml-test-suite ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/yaml)
endif()
