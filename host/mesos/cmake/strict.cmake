# How all of our sources are compiled: dvdi_strict is linked by every target of ours.
include_guard(GLOBAL)

add_library(dvdi_strict INTERFACE)
target_compile_features(dvdi_strict INTERFACE cxx_std_20)
target_compile_options(
  dvdi_strict
  INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Werror>
            $<$<COMPILE_LANGUAGE:CXX>:-fstack-protector-strong -fvisibility=hidden>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It sees overlaps in std::string's operator+ that are none (GCC's bug 105329).
  target_compile_options(dvdi_strict INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
# Includes name the part they come from: "engine/core.hpp".
target_include_directories(dvdi_strict INTERFACE "${CMAKE_CURRENT_SOURCE_DIR}")
# The libraries end up in a module that an agent loads.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# Assertions stay in a release (no NDEBUG), those of the JSON library too: what they catch would be undefined behaviour.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

if(DVDI_SANITIZE)
  target_compile_options(dvdi_strict INTERFACE -fsanitize=${DVDI_SANITIZE} -fno-sanitize-recover=all
                                               -fno-omit-frame-pointer)
  target_link_options(dvdi_strict INTERFACE -fsanitize=${DVDI_SANITIZE})
else()
  # glibc checks the bounds of what it can see; a sanitizer sees more.
  target_compile_definitions(dvdi_strict INTERFACE $<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
endif()
