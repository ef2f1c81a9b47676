#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include "engine/core-error.hpp"
#include "engine/handles.hpp"
#include "engine/module-parts.hpp"

namespace dvdi {

/** The core stopped without an answer. Does not leave engine/: Core makes a CoreError of it. */
struct CoreStop {
  CoreFailure failure;
  std::string message;
};

/** One instance of a core: its exports as docs/abi/v1.md has them. Pointers and lengths are in bytes. */
class Instance {
 public:
  /**
   * @throws CoreError `core-abi` when the module lacks an export or cannot be started
   */
  explicit Instance(CoreModule::Parts& parts);

  /** Fills up fuel and time for what follows, up to the next begin. */
  void begin();
  /** What was used since begin. */
  [[nodiscard]] std::uint64_t fuelUsed();

  // Each of these throws CoreStop.
  std::int32_t abi();
  /** Puts bytes into a new request buffer. Gives its address, or 0 when they are more than the core takes. */
  std::int32_t write(std::initializer_list<std::string_view> parts);
  std::int64_t configure(std::int32_t pointer, std::int32_t length);
  std::int64_t describe();
  std::int64_t inspect(std::int32_t kind, std::int32_t pointer, std::int32_t length);
  std::int64_t admit(std::int32_t pointer, std::int32_t length);
  std::int64_t prepare(std::int32_t pointer, std::int32_t length);
  std::int64_t cleanup(std::int32_t pointer, std::int32_t length);
  std::int64_t recover(std::int32_t pointer, std::int32_t length);
  std::int64_t importCheckpoint(std::int32_t pointer, std::int32_t length);
  std::int64_t exportCheckpoint(std::int32_t pointer, std::int32_t length);
  std::int64_t fault();
  /** A copy of the bytes of a result, `pointer << 32 | length`. */
  std::string read(std::int64_t result);

 private:
  /** An export that was looked at: parameters and result are of the types of a call. */
  template <typename Result, typename... Parameters>
  struct Function {
    wasmtime_func_t function;
  };
  using Answering = Function<std::int64_t, std::int32_t, std::int32_t>;

  wasmtime_extern_t exported(const char* name);
  wasmtime_memory_t exportedMemory(const char* name);
  template <typename Result, typename... Parameters>
  Function<Result, Parameters...> exportedFunction(const char* name);

  template <typename Result, typename... Parameters>
  Result call(const Function<Result, Parameters...>& function, Parameters... parameters);
  /** @param values parameters; in the place of the first stands the result afterwards */
  void callRaw(const wasmtime_func_t& function, wasmtime_val_raw_t* values, std::size_t count);
  [[nodiscard]] std::span<char> memory();

  CoreModule::Parts& parts_;
  StoreHandle store_;
  wasmtime_context_t* context_;
  wasmtime_instance_t instance_;

  wasmtime_memory_t memory_;
  Function<std::int32_t> abi_;
  Function<std::int32_t, std::int32_t> allocate_;
  Answering configure_;
  Function<std::int64_t> describe_;
  Function<std::int64_t, std::int32_t, std::int32_t, std::int32_t> inspect_;
  Answering admit_;
  Answering prepare_;
  Answering cleanup_;
  Answering recover_;
  Answering importCheckpoint_;
  Answering exportCheckpoint_;
  Function<std::int64_t> fault_;
};

}  // namespace dvdi
