#pragma once

#include <wasm.h>
#include <wasmtime.h>

#include <memory>
#include <string>

namespace dvdi {

/** Deletes what wasmtime's C API made, by the function that it has for it. */
template <auto Delete>
struct Deleter {
  template <typename Object>
  void operator()(Object* object) const noexcept {
    Delete(object);
  }
};

// Its C++ headers do not compile without the garbage collector, which the core has no use for (48.0.8).
using ConfigHandle = std::unique_ptr<wasm_config_t, Deleter<wasm_config_delete>>;
using EngineHandle = std::unique_ptr<wasm_engine_t, Deleter<wasm_engine_delete>>;
using ErrorHandle = std::unique_ptr<wasmtime_error_t, Deleter<wasmtime_error_delete>>;
using FunctionTypeHandle = std::unique_ptr<wasm_functype_t, Deleter<wasm_functype_delete>>;
using ModuleHandle = std::unique_ptr<wasmtime_module_t, Deleter<wasmtime_module_delete>>;
using StoreHandle = std::unique_ptr<wasmtime_store_t, Deleter<wasmtime_store_delete>>;
using TrapHandle = std::unique_ptr<wasm_trap_t, Deleter<wasm_trap_delete>>;

/** Bytes that wasmtime allocated. */
class ByteVector {
 public:
  ByteVector() = default;
  ~ByteVector() { wasm_byte_vec_delete(&bytes_); }
  ByteVector(const ByteVector&) = delete;
  ByteVector& operator=(const ByteVector&) = delete;

  /** For the call that fills it. */
  [[nodiscard]] wasm_byte_vec_t* out() noexcept { return &bytes_; }
  [[nodiscard]] std::string text() const { return {bytes_.data, bytes_.size}; }

 private:
  wasm_byte_vec_t bytes_{};
};

/** What an error says. */
[[nodiscard]] inline std::string messageOf(const ErrorHandle& error) {
  ByteVector message;
  wasmtime_error_message(error.get(), message.out());
  return message.text();
}

/**
 * What a trap says, on one line. Its text is a backtrace in functions of the wasm, which nobody reads who has the
 * core's own fault, and last of all the cause.
 */
[[nodiscard]] inline std::string messageOf(const TrapHandle& trap) {
  ByteVector message;
  wasm_trap_message(trap.get(), message.out());
  std::string text = message.text();
  // The C API ends it with a zero.
  while (!text.empty() && (text.back() == '\0' || text.back() == '\n')) text.pop_back();
  const std::size_t lastLine = text.rfind('\n') + 1;
  return text.substr(text.find_first_not_of(' ', lastLine));
}

}  // namespace dvdi
