# wasmtime::wasmtime: its C and C++ API as a static library, from an official release (WASMTIME_ROOT) or built by us.
include_guard(GLOBAL)

if(WASMTIME_ROOT)
  set(wasmtime_root "${WASMTIME_ROOT}")
else()
  execute_process(
    COMMAND "${CMAKE_CURRENT_LIST_DIR}/build-wasmtime.sh"
    OUTPUT_VARIABLE wasmtime_root
    OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
endif()

foreach(file IN ITEMS include/wasmtime.hh include/wasmtime/conf.h lib/libwasmtime.a)
  if(NOT EXISTS "${wasmtime_root}/${file}")
    message(FATAL_ERROR "no ${file} in ${wasmtime_root}: expected the layout of a release of wasmtime's C API. "
                        "Check -DWASMTIME_ROOT, or leave it out: wasmtime is then built.")
  endif()
endforeach()

file(STRINGS "${wasmtime_root}/include/wasmtime.h" wasmtime_version_line REGEX "#define WASMTIME_VERSION ")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" wasmtime_version "${wasmtime_version_line}")
message(STATUS "wasmtime ${wasmtime_version} in ${wasmtime_root}")

add_library(wasmtime::wasmtime STATIC IMPORTED)
set_target_properties(
  wasmtime::wasmtime
  PROPERTIES IMPORTED_LOCATION "${wasmtime_root}/lib/libwasmtime.a"
             INTERFACE_INCLUDE_DIRECTORIES "${wasmtime_root}/include"
             INTERFACE_LINK_LIBRARIES "pthread;dl;m")
