#include "engine/embedded-core.hpp"

extern "C" {
// Made by cmake/embed.cmake.
extern const char dvdi_wasm[];
extern const char dvdi_wasm_end[];
#ifdef DVDI_PRECOMPILED
extern const char dvdi_precompiled[];
extern const char dvdi_precompiled_end[];
#endif
}

namespace dvdi {
namespace {

std::string_view between(const char* begin, const char* end) noexcept {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

CoreImage embeddedCore() noexcept {
  CoreImage image{.wasm = between(dvdi_wasm, dvdi_wasm_end), .precompiled = {}};
#ifdef DVDI_PRECOMPILED
  image.precompiled = between(dvdi_precompiled, dvdi_precompiled_end);
#endif
  return image;
}

}  // namespace dvdi
