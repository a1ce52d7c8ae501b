# What `cpack` makes of the release build: a .deb and a tarball. packaging/build.sh calls it.
install(FILES CHANGELOG.md README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_PACKAGE_NAME mesh)
set(CPACK_PACKAGE_VENDOR "the authors of mesh")
set(CPACK_PACKAGE_CONTACT "the authors of mesh <mesh@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "data products as code: scaffold, check and publish the manifests of a data mesh")
string(CONCAT CPACK_PACKAGE_DESCRIPTION
  "One program with which the teams of a data mesh own their data products as code: it scaffolds products and contracts "
  "(ODCS, Bitol ODPS), checks the manifests of every domain together, and publishes released products to folders and "
  "object stores, where others can fetch them.")
set(CPACK_GENERATOR DEB TGZ)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  set(PACKAGE_MACHINE amd64)
else()
  set(PACKAGE_MACHINE ${CMAKE_SYSTEM_PROCESSOR})
endif()
set(CPACK_PACKAGE_FILE_NAME mesh-${PROJECT_VERSION}-linux-${PACKAGE_MACHINE})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)  # what the binary is linked with: the C library
# What it opens when it is needed, which nothing but this line tells: for digests, and for what is not on this
# machine.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libssl3 | libssl3t64, libcurl4 | libcurl4t64")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "git, openssh-client")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
include(CPack)
