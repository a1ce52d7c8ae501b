# Writes embedded.S (the bytes, by .incbin) and embedded.cpp (their table, sorted by path) from the list of files.
file(STRINGS ${LIST} PATHS)
list(SORT PATHS)
set(ASM ".section .rodata\n")
set(EXTERNS "")
set(ROWS "")
set(COUNT 0)
foreach(PATH IN LISTS PATHS)
  string(APPEND ASM ".global mesh_file_${COUNT}\nmesh_file_${COUNT}:\n.incbin \"${ROOT}/${PATH}\"\n"
    ".global mesh_file_${COUNT}_end\nmesh_file_${COUNT}_end:\n.byte 0\n")
  string(APPEND EXTERNS "extern const char mesh_file_${COUNT}[], mesh_file_${COUNT}_end[];\n")
  string(APPEND ROWS "    {\"${PATH}\", mesh_file_${COUNT}, mesh_file_${COUNT}_end},\n")
  math(EXPR COUNT "${COUNT} + 1")
endforeach()
string(APPEND ASM ".section .note.GNU-stack,\"\",@progbits\n")
file(WRITE ${OUT}/embedded.S "${ASM}")
file(WRITE ${OUT}/embedded.cpp "#include \"core/embed/embed_table.hpp\"\n\nextern \"C\" {\n${EXTERNS}}\n
namespace mesh::embed {
static const Row kRows[] = {
${ROWS}    {nullptr, nullptr, nullptr},
};
const Row* const kTable = kRows;
const unsigned kCount = ${COUNT};
}  // namespace mesh::embed\n")
