# dvdi_embed(target symbol file): puts a file's bytes into a target as `symbol` and `symbol_end` (extern "C").
include_guard(GLOBAL)

function(dvdi_embed target symbol file)
  set(source "${CMAKE_CURRENT_BINARY_DIR}/${symbol}.S")
  configure_file("${CMAKE_CURRENT_FUNCTION_LIST_DIR}/embed.S.in" "${source}" @ONLY)
  # The target may be of another directory than the caller.
  set_source_files_properties("${source}" TARGET_DIRECTORY ${target} PROPERTIES OBJECT_DEPENDS "${file}" GENERATED TRUE)
  target_sources(${target} PRIVATE "${source}")
endfunction()
