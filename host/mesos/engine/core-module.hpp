#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace dvdi {

/** The bytes of a core; they must outlast the call that takes them. */
struct CoreImage {
  /** `dvdi.wasm`. */
  std::string_view wasm;
  /** What precompileCore made of the same wasm; empty for none. */
  std::string_view precompiled;
};

/** What one call of the core may use; docs/decisions.md, "Why fuel and a deadline both?", has the measurements. */
struct CoreLimits {
  /** By the clock; looked at every 10 ms. */
  std::chrono::milliseconds deadline{10'000};
  /** In instructions of WebAssembly, roughly: the same call always uses the same. */
  std::uint64_t fuel = 10'000'000'000;
  /** Of linear memory. The core's own maximum is the same (docs/abi/v1.md, "Limits"). */
  std::int64_t memoryMaxBytes = 32 * 1024 * 1024;
};

/**
 * A core that is compiled and ready to be started, with the engine that runs it. Any number of Cores share one, from
 * any threads.
 */
class CoreModule {
 public:
  /** Takes one line for the log. */
  using Notice = std::function<void(const std::string& line)>;

  /**
   * Takes the precompiled form where it fits this engine and this wasm, and compiles the wasm otherwise.
   * @param notice hears why a precompiled form was not taken
   * @throws CoreError `core-abi` when the wasm is no core
   */
  explicit CoreModule(const CoreImage& image, const CoreLimits& limits = {}, const Notice& notice = {});
  ~CoreModule();
  CoreModule(const CoreModule&) = delete;
  CoreModule& operator=(const CoreModule&) = delete;

  [[nodiscard]] const CoreLimits& limits() const noexcept;
  /** Whether the precompiled form was taken. */
  [[nodiscard]] bool precompiled() const noexcept;

  /** What the rest of the engine shares; wasmtime's types stay inside of engine/. */
  struct Parts;
  [[nodiscard]] Parts& parts() const noexcept { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

/**
 * Compiles a core for any machine of this architecture.
 * @returns the file that CoreImage::precompiled takes, bound to the version of wasmtime and to the wasm
 * @throws CoreError `core-abi` when the wasm is no WebAssembly
 */
[[nodiscard]] std::string precompileCore(std::string_view wasm);

/** The version of wasmtime that this library is built with, for example `48.0.8`. */
[[nodiscard]] std::string_view engineVersion() noexcept;

}  // namespace dvdi
