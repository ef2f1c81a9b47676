#include "engine/core-module.hpp"

#include "engine/configuration.hpp"
#include "engine/core-error.hpp"
#include "engine/module-parts.hpp"
#include "engine/precompiled.hpp"

namespace dvdi {
namespace {

const std::uint8_t* bytesOf(std::string_view text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

CoreError notACore(const std::string& message) { return {"core-abi", message}; }

EngineHandle createEngine(CodeFor machine) {
  return EngineHandle(wasm_engine_new_with_config(engineConfiguration(machine).release()));
}

ModuleHandle compile(const EngineHandle& engine, std::string_view wasm) {
  wasmtime_module_t* module = nullptr;
  const ErrorHandle error(wasmtime_module_new(engine.get(), bytesOf(wasm), wasm.size(), &module));
  if (error != nullptr) {
    throw notACore("expected a core, got a file that is no WebAssembly module: " + messageOf(error));
  }
  return ModuleHandle(module);
}

/** The precompiled form as a module; null where there is none or it does not fit: then `notice` hears why. */
ModuleHandle deserialize(const EngineHandle& engine, const CoreImage& image, const CoreModule::Notice& notice) {
  if (image.precompiled.empty()) return nullptr;
  std::string reason;
  const auto opened = unpackPrecompiled(image.precompiled, image.wasm);
  if (const auto* code = std::get_if<std::string_view>(&opened)) {
    wasmtime_module_t* module = nullptr;
    const ErrorHandle error(wasmtime_module_deserialize(engine.get(), bytesOf(*code), code->size(), &module));
    if (error == nullptr) return ModuleHandle(module);
    reason = messageOf(error);
  } else {
    reason = std::get<PrecompiledMismatch>(opened).reason;
  }
  if (notice) notice("the precompiled core is not used, and the core is compiled: " + reason);
  return nullptr;
}

void checkImports(const ModuleHandle& module) {
  wasm_importtype_vec_t imports;
  wasmtime_module_imports(module.get(), &imports);
  const std::size_t count = imports.size;
  wasm_importtype_vec_delete(&imports);
  if (count > 0) throw notACore("expected a core, which imports nothing");
}

}  // namespace

CoreModule::Parts::Parts(const CoreImage& image, const CoreLimits& coreLimits, const Notice& notice)
    : limits(coreLimits),
      engine(createEngine(CodeFor::thisMachine)),
      module(deserialize(engine, image, notice)),
      ticker([this] { wasmtime_engine_increment_epoch(engine.get()); }) {
  precompiled = module != nullptr;
  if (!precompiled) module = compile(engine, image.wasm);
  checkImports(module);
}

CoreModule::CoreModule(const CoreImage& image, const CoreLimits& limits, const Notice& notice)
    : parts_(std::make_unique<Parts>(image, limits, notice)) {}

CoreModule::~CoreModule() = default;

const CoreLimits& CoreModule::limits() const noexcept { return parts_->limits; }

bool CoreModule::precompiled() const noexcept { return parts_->precompiled; }

std::string precompileCore(std::string_view wasm) {
  const EngineHandle engine = createEngine(CodeFor::anyMachine);
  const ModuleHandle module = compile(engine, wasm);
  ByteVector code;
  const ErrorHandle error(wasmtime_module_serialize(module.get(), code.out()));
  if (error != nullptr) throw notACore("expected a core that can be kept compiled: " + messageOf(error));
  return packPrecompiled(wasm, code.text());
}

std::string_view engineVersion() noexcept { return WASMTIME_VERSION; }

}  // namespace dvdi
