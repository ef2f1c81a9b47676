#ifndef DVDI_DRIVER_CURL_LIBRARY_HPP
#define DVDI_DRIVER_CURL_LIBRARY_HPP

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

namespace dvdi {

/**
 * libcurl, loaded when a plugin is first spoken to and not before: with all that it is linked to, loading it takes ten
 * milliseconds, which nobody shall wait for who plans, lists or uses dvdcli.
 */
struct CurlLibrary {
  decltype(&curl_easy_init) init;
  decltype(&curl_easy_cleanup) cleanup;
  decltype(&curl_easy_setopt) setOption;
  decltype(&curl_easy_perform) perform;
  decltype(&curl_easy_getinfo) getInfo;
  decltype(&curl_easy_strerror) describe;
  decltype(&curl_slist_append) append;
  decltype(&curl_slist_free_all) freeAll;

  /** @throws PluginFailure `driver-missing` when the machine has no libcurl.so.4 */
  static const CurlLibrary& get();
};

}  // namespace dvdi

#endif  // DVDI_DRIVER_CURL_LIBRARY_HPP
