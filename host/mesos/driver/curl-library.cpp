#include "driver/curl-library.hpp"

#include <dlfcn.h>

#include <string>

#include "driver/plugin-failure.hpp"

namespace dvdi {

namespace {

[[noreturn]] void refuse() {
  const char* why = ::dlerror();
  throw PluginFailure(DriverFault::missing,
                      std::string("cannot speak to plugins: expected the library libcurl.so.4 (Debian's libcurl4), "
                                  "got: ") +
                          (why == nullptr ? "nothing" : why),
                      false);
}

template <typename Function>
Function symbolIn(void* library, const char* name) {
  void* found = ::dlsym(library, name);
  if (found == nullptr) refuse();
  return reinterpret_cast<Function>(found);
}

CurlLibrary load() {
  // Never closed: its threads and its global state last as long as the process.
  void* library = ::dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) refuse();
  const auto start = symbolIn<decltype(&curl_global_init)>(library, "curl_global_init");
  if (start(CURL_GLOBAL_DEFAULT) != CURLE_OK) refuse();
  return {symbolIn<decltype(&curl_easy_init)>(library, "curl_easy_init"),
          symbolIn<decltype(&curl_easy_cleanup)>(library, "curl_easy_cleanup"),
          symbolIn<decltype(&curl_easy_setopt)>(library, "curl_easy_setopt"),
          symbolIn<decltype(&curl_easy_perform)>(library, "curl_easy_perform"),
          symbolIn<decltype(&curl_easy_getinfo)>(library, "curl_easy_getinfo"),
          symbolIn<decltype(&curl_easy_strerror)>(library, "curl_easy_strerror"),
          symbolIn<decltype(&curl_slist_append)>(library, "curl_slist_append"),
          symbolIn<decltype(&curl_slist_free_all)>(library, "curl_slist_free_all")};
}

}  // namespace

const CurlLibrary& CurlLibrary::get() {
  // A failure is not kept: the next call looks again.
  static const CurlLibrary library = load();
  return library;
}

}  // namespace dvdi
