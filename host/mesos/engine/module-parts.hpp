#pragma once

#include "engine/core-module.hpp"
#include "engine/handles.hpp"
#include "engine/ticker.hpp"

namespace dvdi {

/** What the Cores of one module share. */
struct CoreModule::Parts {
  Parts(const CoreImage& image, const CoreLimits& coreLimits, const Notice& notice);

  CoreLimits limits;
  bool precompiled = false;
  EngineHandle engine;
  ModuleHandle module;
  /** Ticks the engine's epoch. */
  Ticker ticker;
};

}  // namespace dvdi
