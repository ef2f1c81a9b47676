#pragma once

#include "engine/core-module.hpp"

namespace dvdi {

/** The core that this library was built with: build/dvdi.wasm, and its precompiled form unless it was left out. */
[[nodiscard]] CoreImage embeddedCore() noexcept;

}  // namespace dvdi
