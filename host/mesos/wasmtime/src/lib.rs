//! wasmtime's C API, passed on as it is: CMake links a static library, and a crate of another can only be an rlib.

pub use wasmtime_c_api::*;
