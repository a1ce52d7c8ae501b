# Writes the table of rules from the folder: core/rules/<group>/<name>.cpp defines mesh::rules::<group>::<name>.
file(STRINGS ${LIST} PATHS)
list(SORT PATHS)
set(EXTERNS "")
set(ROWS "")
foreach(PATH IN LISTS PATHS)
  string(REGEX REPLACE "^core/rules/([^/]+)/([^/]+)\\.cpp$" "\\1;\\2" PARTS "${PATH}")
  list(GET PARTS 0 GROUP)
  list(GET PARTS 1 NAME)
  string(REPLACE "-" "_" GROUP "${GROUP}")
  if(NAME STREQUAL "case")  # a word of the language
    set(NAME "case_")
  endif()
  string(APPEND EXTERNS "namespace mesh::rules::${GROUP} {\nextern const Rule ${NAME};\n}\n")
  string(APPEND ROWS "    &${GROUP}::${NAME},\n")
endforeach()
file(WRITE ${OUT} "#include \"core/rules/rule.hpp\"\n\n${EXTERNS}
namespace mesh::rules {
static const Rule* const kRules[] = {
${ROWS}    nullptr,
};
const Rule* const* const kTable = kRules;
}  // namespace mesh::rules\n")
