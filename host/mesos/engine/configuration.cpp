#include "engine/configuration.hpp"

#include <cstdlib>

namespace dvdi {
namespace {

constexpr std::uint64_t stackMaxBytes = 512 * 1024;
/** Address space for linear memory, the core's own maximum: it then never moves while it grows. */
constexpr std::uint64_t memoryReservationBytes = 32 * 1024 * 1024;

#if defined(__x86_64__)
constexpr const char* anyMachineTarget = "x86_64-unknown-linux-gnu";
#elif defined(__aarch64__)
constexpr const char* anyMachineTarget = "aarch64-unknown-linux-gnu";
#else
#error "expected x86-64 or AArch64, the architectures that agents run on"
#endif

}  // namespace

ConfigHandle engineConfiguration(CodeFor machine) {
  ConfigHandle handle(wasm_config_new());
  wasm_config_t* config = handle.get();
  wasmtime_config_consume_fuel_set(config, true);
  wasmtime_config_epoch_interruption_set(config, true);
  wasmtime_config_max_wasm_stack_set(config, stackMaxBytes);

  // A guest in a Mesos agent installs no signal handlers: bounds are checked by instructions instead of by page faults.
  wasmtime_config_signals_based_traps_set(config, false);
  wasmtime_config_memory_reservation_set(config, memoryReservationBytes);
  wasmtime_config_memory_guard_size_set(config, 0);
  // No file descriptor for the initial memory: it is small enough to be copied.
  wasmtime_config_memory_init_cow_set(config, false);
  // For debuggers only, and the agent's unwinder would be told of it.
  wasmtime_config_native_unwind_info_set(config, false);

  // What the core does not use is not there.
  wasmtime_config_wasm_simd_set(config, false);
  wasmtime_config_wasm_relaxed_simd_set(config, false);
  wasmtime_config_wasm_tail_call_set(config, false);
  wasmtime_config_wasm_multi_memory_set(config, false);
  wasmtime_config_wasm_memory64_set(config, false);

  if (machine == CodeFor::anyMachine) {
    // Only a target that this build of wasmtime does not know is refused, and it knows the one that it runs on.
    if (ErrorHandle(wasmtime_config_target_set(config, anyMachineTarget)) != nullptr) std::abort();
  }
  return handle;
}

}  // namespace dvdi
