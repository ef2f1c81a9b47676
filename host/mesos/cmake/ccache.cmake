# What was compiled once on a machine is not compiled again in another checkout: ccache, where there is one, keeps it
# outside of the checkout (~/.cache/ccache), named by a hash of compiler, flags and preprocessed source.
include_guard(GLOBAL)

get_filename_component(dvdi_root "${CMAKE_CURRENT_SOURCE_DIR}/../.." ABSOLUTE)
# No object names the checkout that it was compiled in, and so all checkouts have the same.
add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-ffile-prefix-map=${dvdi_root}/=>")

find_program(DVDI_CCACHE ccache DOC "Keeps what was compiled; empty to compile always")
if(DVDI_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${dvdi_root}" CCACHE_NOHASHDIR=1 "${DVDI_CCACHE}")
endif()
