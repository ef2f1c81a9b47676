#include "engine/instance.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <numeric>

namespace dvdi {
namespace {

/** The core has one memory and at most one table, of its functions. */
constexpr std::int64_t tableElementsMax = 65536;

CoreError notACore(const std::string& message) { return {"core-abi", message}; }

CoreError lacks(const char* name) {
  return notACore(std::string("expected a core, which exports ") + name + " as the ABI has it");
}

void refill(wasmtime_context_t* context, const CoreLimits& limits) {
  // Fails only where the engine counts no fuel, and ours does.
  const ErrorHandle error(wasmtime_context_set_fuel(context, limits.fuel));
  // One more, since the first tick may come at once.
  const auto ticks = (limits.deadline + Ticker::period - std::chrono::milliseconds(1)) / Ticker::period;
  wasmtime_context_set_epoch_deadline(context, static_cast<std::uint64_t>(ticks) + 1);
}

CoreStop stopOf(const TrapHandle& trap, const CoreLimits& limits) {
  wasmtime_trap_code_t code = 0;
  const bool hasCode = wasmtime_trap_code(trap.get(), &code);
  if (hasCode && code == WASMTIME_TRAP_CODE_INTERRUPT) {
    return {CoreFailure::deadline, "expected an answer within " + std::to_string(limits.deadline.count()) + " ms"};
  }
  if (hasCode && code == WASMTIME_TRAP_CODE_OUT_OF_FUEL) {
    return {CoreFailure::fuel, "expected an answer with " + std::to_string(limits.fuel) + " instructions at most"};
  }
  return {CoreFailure::trap, messageOf(trap)};
}

/** How WebAssembly's types stand in C++. */
template <typename Value>
struct ValueKind;
template <>
struct ValueKind<std::int32_t> {
  static constexpr wasm_valkind_t kind = WASM_I32;
  static wasmtime_val_raw_t pack(std::int32_t value) { return {.i32 = value}; }
  static std::int32_t unpack(const wasmtime_val_raw_t& raw) { return raw.i32; }
};
template <>
struct ValueKind<std::int64_t> {
  static constexpr wasm_valkind_t kind = WASM_I64;
  static wasmtime_val_raw_t pack(std::int64_t value) { return {.i64 = value}; }
  static std::int64_t unpack(const wasmtime_val_raw_t& raw) { return raw.i64; }
};

bool sameTypes(const wasm_valtype_vec_t& types, std::initializer_list<wasm_valkind_t> kinds) {
  return std::equal(types.data, types.data + types.size, kinds.begin(), kinds.end(),
                    [](const wasm_valtype_t* type, wasm_valkind_t kind) { return wasm_valtype_kind(type) == kind; });
}

StoreHandle createStore(const CoreModule::Parts& parts) {
  StoreHandle store(wasmtime_store_new(parts.engine.get(), nullptr, nullptr));
  wasmtime_store_limiter(store.get(), parts.limits.memoryMaxBytes, tableElementsMax, 1, 1, 1);
  return store;
}

wasmtime_instance_t createInstance(wasmtime_context_t* context, CoreModule::Parts& parts) {
  refill(context, parts.limits);
  const Ticker::Wish wish(parts.ticker);
  wasmtime_instance_t instance;
  wasm_trap_t* thrown = nullptr;
  const ErrorHandle error(wasmtime_instance_new(context, parts.module.get(), nullptr, 0, &instance, &thrown));
  const TrapHandle trap(thrown);
  if (error != nullptr) throw notACore("expected a core that starts: " + messageOf(error));
  if (trap != nullptr) throw notACore("expected a core that starts: " + stopOf(trap, parts.limits).message);
  return instance;
}

}  // namespace

Instance::Instance(CoreModule::Parts& parts)
    : parts_(parts),
      store_(createStore(parts)),
      context_(wasmtime_store_context(store_.get())),
      instance_(createInstance(context_, parts)),
      memory_(exportedMemory("memory")),
      abi_(exportedFunction<std::int32_t>("abi")),
      allocate_(exportedFunction<std::int32_t, std::int32_t>("allocate")),
      configure_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("configure")),
      describe_(exportedFunction<std::int64_t>("describe")),
      inspect_(exportedFunction<std::int64_t, std::int32_t, std::int32_t, std::int32_t>("inspect")),
      admit_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("admit")),
      prepare_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("prepare")),
      cleanup_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("cleanup")),
      recover_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("recover")),
      importCheckpoint_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("importCheckpoint")),
      exportCheckpoint_(exportedFunction<std::int64_t, std::int32_t, std::int32_t>("exportCheckpoint")),
      fault_(exportedFunction<std::int64_t>("fault")) {}

wasmtime_extern_t Instance::exported(const char* name) {
  wasmtime_extern_t found;
  if (!wasmtime_instance_export_get(context_, &instance_, name, std::strlen(name), &found)) throw lacks(name);
  return found;
}

wasmtime_memory_t Instance::exportedMemory(const char* name) {
  const wasmtime_extern_t found = exported(name);
  if (found.kind != WASMTIME_EXTERN_MEMORY) throw lacks(name);
  return found.of.memory;
}

template <typename Result, typename... Parameters>
Instance::Function<Result, Parameters...> Instance::exportedFunction(const char* name) {
  const wasmtime_extern_t found = exported(name);
  if (found.kind != WASMTIME_EXTERN_FUNC) throw lacks(name);
  const FunctionTypeHandle type(wasmtime_func_type(context_, &found.of.func));
  if (!sameTypes(*wasm_functype_params(type.get()), {ValueKind<Parameters>::kind...}) ||
      !sameTypes(*wasm_functype_results(type.get()), {ValueKind<Result>::kind})) {
    throw lacks(name);
  }
  return {found.of.func};
}

template <typename Result, typename... Parameters>
Result Instance::call(const Function<Result, Parameters...>& function, Parameters... parameters) {
  std::array<wasmtime_val_raw_t, std::max<std::size_t>(sizeof...(Parameters), 1)> values{
      ValueKind<Parameters>::pack(parameters)...};
  callRaw(function.function, values.data(), values.size());
  return ValueKind<Result>::unpack(values[0]);
}

void Instance::callRaw(const wasmtime_func_t& function, wasmtime_val_raw_t* values, std::size_t count) {
  const Ticker::Wish wish(parts_.ticker);
  wasm_trap_t* thrown = nullptr;
  const ErrorHandle error(wasmtime_func_call_unchecked(context_, &function, values, count, &thrown));
  const TrapHandle trap(thrown);
  if (error != nullptr) throw CoreStop{CoreFailure::trap, messageOf(error)};
  if (trap != nullptr) throw stopOf(trap, parts_.limits);
}

std::span<char> Instance::memory() {
  return {reinterpret_cast<char*>(wasmtime_memory_data(context_, &memory_)),
          wasmtime_memory_data_size(context_, &memory_)};
}

void Instance::begin() { refill(context_, parts_.limits); }

std::uint64_t Instance::fuelUsed() {
  std::uint64_t left = 0;
  const ErrorHandle error(wasmtime_context_get_fuel(context_, &left));
  return parts_.limits.fuel - left;
}

std::int32_t Instance::abi() { return call(abi_); }

std::int32_t Instance::write(std::initializer_list<std::string_view> parts) {
  const std::size_t length = std::accumulate(parts.begin(), parts.end(), std::size_t{0},
                                             [](std::size_t sum, std::string_view part) { return sum + part.size(); });
  if (length > std::numeric_limits<std::int32_t>::max()) return 0;
  const std::int32_t pointer = call(allocate_, static_cast<std::int32_t>(length));
  if (pointer == 0) return 0;
  // Made after the allocation, which may have moved the memory.
  const std::span<char> bytes = memory();
  std::size_t at = static_cast<std::uint32_t>(pointer);
  if (at + length > bytes.size()) throw CoreStop{CoreFailure::answer, "expected a request buffer within the memory"};
  for (const std::string_view part : parts) {
    if (!part.empty()) std::memcpy(bytes.data() + at, part.data(), part.size());
    at += part.size();
  }
  return pointer;
}

std::int64_t Instance::configure(std::int32_t pointer, std::int32_t length) {
  return call(configure_, pointer, length);
}

std::int64_t Instance::describe() { return call(describe_); }

std::int64_t Instance::inspect(std::int32_t kind, std::int32_t pointer, std::int32_t length) {
  return call(inspect_, kind, pointer, length);
}

std::int64_t Instance::admit(std::int32_t pointer, std::int32_t length) {
  return call(admit_, pointer, length);
}

std::int64_t Instance::prepare(std::int32_t pointer, std::int32_t length) {
  return call(prepare_, pointer, length);
}

std::int64_t Instance::cleanup(std::int32_t pointer, std::int32_t length) {
  return call(cleanup_, pointer, length);
}

std::int64_t Instance::recover(std::int32_t pointer, std::int32_t length) {
  return call(recover_, pointer, length);
}

std::int64_t Instance::importCheckpoint(std::int32_t pointer, std::int32_t length) {
  return call(importCheckpoint_, pointer, length);
}

std::int64_t Instance::exportCheckpoint(std::int32_t pointer, std::int32_t length) {
  return call(exportCheckpoint_, pointer, length);
}

std::int64_t Instance::fault() { return call(fault_); }

std::string Instance::read(std::int64_t result) {
  const auto bits = static_cast<std::uint64_t>(result);
  const std::size_t pointer = bits >> 32;
  const std::size_t length = bits & 0xffff'ffff;
  const std::span<char> bytes = memory();
  if (pointer + length > bytes.size()) throw CoreStop{CoreFailure::answer, "expected an answer within the memory"};
  return {bytes.data() + pointer, length};
}

}  // namespace dvdi
