# dvdi_find_mesos(): the headers of one Mesos, from MESOS_ROOT or MESOS_INCLUDE_DIRS. Sets in the caller
#   DVDI_MESOS_INCLUDE_DIRS  empty when there are none
#   DVDI_MESOS_VERSION       for example 1.11.0
#   DVDI_MESOS_NUMBER        the same as one number: 11100
include_guard(GLOBAL)

set(MESOS_ROOT "" CACHE PATH "A Mesos to build the agent's module for: where it is installed, or its build tree")
set(MESOS_INCLUDE_DIRS "" CACHE STRING "The folders of Mesos' headers and of those that they need, in place of MESOS_ROOT")

# Where the headers are below a prefix (configured with --enable-install-module-dependencies), in a build tree of
# automake beside its source tree, and in one of CMake. Before 0.29 libprocess held what it needs.
set(dvdi_mesos_places
    include
    lib/mesos/3rdparty/include
    lib/mesos/3rdparty/usr/local/include
    build/include
    {,build/}3rdparty/{stout,libprocess}/include
    {,build/}3rdparty/libprocess/3rdparty/stout/include
    {,build/}3rdparty/{,libprocess/3rdparty/}{boost,picojson,concurrentqueue}-*
    {,build/}3rdparty/{,libprocess/3rdparty/}{rapidjson,elfio,http-parser}-*{,/include}
    {,build/}3rdparty/{,libprocess/3rdparty/}{protobuf,glog}-*/src
    {,build/}3rdparty/{boost,picojson,concurrentqueue}-*/src/{boost,picojson,concurrentqueue}-*
    {,build/}3rdparty/rapidjson-*/src/rapidjson-*/include
    {,build/}3rdparty/protobuf-*/src/protobuf-*/src
    {,build/}3rdparty/glog-*/src/glog-*-install/include)

# The same in the source tree that a build tree was configured from: not all headers are copied.
set(dvdi_mesos_source_places
    include
    3rdparty/{stout,libprocess}/include
    3rdparty/libprocess/3rdparty/stout/include)

# CMake's globs have no braces: one list item for each alternative.
function(dvdi_expand_braces patterns result)
  set(done "")
  while(patterns)
    list(POP_FRONT patterns pattern)
    if(pattern MATCHES "^([^{]*){([^}]*)}(.*)$")
      set(head "${CMAKE_MATCH_1}")
      set(tail "${CMAKE_MATCH_3}")
      string(REPLACE "," ";" choices "${CMAKE_MATCH_2},-")
      list(POP_BACK choices)
      foreach(choice IN LISTS choices)
        list(APPEND patterns "${head}${choice}${tail}")
      endforeach()
    else()
      list(APPEND done "${pattern}")
    endif()
  endwhile()
  set(${result} "${done}" PARENT_SCOPE)
endfunction()

# dvdi_find_folders(root places result): those of the places that are folders below root.
function(dvdi_find_folders root places result)
  dvdi_expand_braces("${places}" patterns)
  list(TRANSFORM patterns PREPEND "${root}/")
  file(GLOB found LIST_DIRECTORIES true ${patterns})
  set(folders "")
  foreach(path IN LISTS found)
    if(IS_DIRECTORY "${path}")
      list(APPEND folders "${path}")
    endif()
  endforeach()
  set(${result} "${folders}" PARENT_SCOPE)
endfunction()

# The source tree that automake or CMake noted in a build tree; else the folder around it.
function(dvdi_mesos_source root result)
  set(source "${root}/..")
  if(EXISTS "${root}/CMakeCache.txt")
    file(STRINGS "${root}/CMakeCache.txt" line REGEX "^CMAKE_HOME_DIRECTORY:INTERNAL=" LIMIT_COUNT 1)
  elseif(EXISTS "${root}/Makefile")
    file(STRINGS "${root}/Makefile" line REGEX "^abs_top_srcdir = " LIMIT_COUNT 1)
  endif()
  if("${line}" MATCHES "= *(.+)$")
    set(source "${CMAKE_MATCH_1}")
  endif()
  set(${result} "${source}" PARENT_SCOPE)
endfunction()

function(dvdi_find_mesos)
  set(folders "${MESOS_INCLUDE_DIRS}")
  if(NOT folders AND MESOS_ROOT)
    dvdi_find_folders("${MESOS_ROOT}" "${dvdi_mesos_places}" folders)
    dvdi_mesos_source("${MESOS_ROOT}" source)
    dvdi_find_folders("${source}" "${dvdi_mesos_source_places}" source_folders)
    list(APPEND folders ${source_folders})
    list(REMOVE_DUPLICATES folders)
  endif()
  if(NOT folders)
    if(MESOS_ROOT)
      message(FATAL_ERROR "no headers of Mesos below ${MESOS_ROOT}: expected an installation or a build tree of Mesos "
                          "(docs/mesos-agent.md). Check -DMESOS_ROOT, or name the folders by -DMESOS_INCLUDE_DIRS.")
    endif()
    message(NOTICE "The module for Mesos agents is not built: it needs Mesos' headers, -DMESOS_ROOT=DIRECTORY")
    set(DVDI_MESOS_INCLUDE_DIRS "" PARENT_SCOPE)
    return()
  endif()

  find_file(header mesos/version.hpp PATHS ${folders} NO_CACHE NO_DEFAULT_PATH)
  if(NOT header)
    message(FATAL_ERROR "no mesos/version.hpp in ${folders}: expected the headers of a Mesos that is built or installed, "
                        "got those of none. Check -DMESOS_ROOT and -DMESOS_INCLUDE_DIRS.")
  endif()
  file(STRINGS "${header}" line REGEX "#define MESOS_VERSION \"")
  if(NOT line MATCHES "\"(([0-9]+)\\.([0-9]+)\\.([0-9]+))[^\"]*\"")
    message(FATAL_ERROR "expected MESOS_VERSION \"X.Y.Z\" in ${header}, got: ${line}")
  endif()
  set(version "${CMAKE_MATCH_1}")
  math(EXPR number "${CMAKE_MATCH_2} * 10000 + ${CMAKE_MATCH_3} * 100 + ${CMAKE_MATCH_4}")
  message(STATUS "Mesos ${version} in ${header}")
  set(DVDI_MESOS_INCLUDE_DIRS "${folders}" PARENT_SCOPE)
  set(DVDI_MESOS_VERSION "${version}" PARENT_SCOPE)
  set(DVDI_MESOS_NUMBER "${number}" PARENT_SCOPE)
endfunction()
