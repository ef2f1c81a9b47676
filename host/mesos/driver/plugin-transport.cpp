#include "driver/plugin-transport.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>

#include "driver/curl-library.hpp"
#include "system/printable-text.hpp"

namespace dvdi {

namespace {

/** What Docker asks plugins for; it is also what the body of a request is. */
constexpr const char* acceptHeader = "Accept: application/vnd.docker.plugins.v1.2+json";
constexpr const char* contentHeader = "Content-Type: application/vnd.docker.plugins.v1.2+json";

/** curl would wait a second for a "100 Continue" that plugins do not send. */
constexpr const char* noExpectHeader = "Expect:";

/** What a timer of curl can hold, and no call takes longer. */
constexpr long long timeoutMaxMs = 2'147'483'647;

class Exchange {
 public:
  explicit Exchange(const PluginRequest& request)
      : request_(request), handle_(curl_.init(), curl_.cleanup), headers_(nullptr, curl_.freeAll) {
    if (handle_ == nullptr) throw PluginFailure(DriverFault::missing, "libcurl has no memory", false);
    for (const char* header : {acceptHeader, contentHeader, noExpectHeader}) {
      headers_.reset(curl_.append(headers_.release(), header));
    }
    setPlace();
    setRequest();
  }

  RawAnswer perform() {
    const CURLcode code = curl_.perform(handle_.get());
    if (code != CURLE_OK) fail(code);
    curl_.getInfo(handle_.get(), CURLINFO_RESPONSE_CODE, &answer_.status);
    return std::move(answer_);
  }

 private:
  template <typename Value>
  void set(CURLoption option, Value value) {
    const CURLcode code = curl_.setOption(handle_.get(), option, value);
    if (code != CURLE_OK) throw defect(std::string("libcurl refuses an option: ") + curl_.describe(code));
  }

  void setPlace() {
    const PluginEndpoint& endpoint = request_.endpoint;
    std::string place = "localhost";
    if (endpoint.socketPath.empty()) {
      const bool isAddress = endpoint.host.find(':') != std::string::npos;
      place = (isAddress ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
    } else {
      set(CURLOPT_UNIX_SOCKET_PATH, endpoint.socketPath.c_str());
    }
    set(CURLOPT_URL, ((endpoint.tls ? "https://" : "http://") + place + "/" + request_.method).c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_HTTP09_ALLOWED, 0L);
    if (endpoint.tls) setTls(*endpoint.tls);
  }

  void setTls(const TlsSettings& tls) {
    set(CURLOPT_SSL_VERIFYPEER, tls.isVerified ? 1L : 0L);
    set(CURLOPT_SSL_VERIFYHOST, tls.isVerified ? 2L : 0L);
    if (tls.caFile) set(CURLOPT_CAINFO, tls.caFile->c_str());
    if (tls.certFile) set(CURLOPT_SSLCERT, tls.certFile->c_str());
    if (tls.keyFile) set(CURLOPT_SSLKEY, tls.keyFile->c_str());
  }

  void setRequest() {
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDS, request_.body.c_str());
    set(CURLOPT_POSTFIELDSIZE, static_cast<long>(request_.body.size()));
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::clamp<long long>(request_.timeout.count(), 1, timeoutMaxMs)));
    // Any thread may be here, and a signal would be for all of them.
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_ERRORBUFFER, words_.data());
    set(CURLOPT_WRITEFUNCTION, &Exchange::onBytes);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_XFERINFOFUNCTION, &Exchange::onProgress);
    set(CURLOPT_XFERINFODATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
  }

  static std::size_t onBytes(const char* bytes, std::size_t, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    exchange.isTooLarge_ = exchange.answer_.body.size() + count > answerMaxBytes;
    if (exchange.isTooLarge_) return 0;
    exchange.answer_.body.append(bytes, count);
    return count;
  }

  /** Anything but 0 ends the exchange. */
  static int onProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Exchange*>(self)->request_.stop.stop_requested() ? 1 : 0;
  }

  /** Whether the plugin may have seen anything of the request. */
  [[nodiscard]] bool isConnected() {
    curl_off_t microseconds = 0;
    const CURLINFO moment = request_.endpoint.tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T;
    curl_.getInfo(handle_.get(), moment, &microseconds);
    return microseconds > 0;
  }

  [[noreturn]] void fail(CURLcode code) {
    const bool isSent = isConnected();
    const std::string where = describeEndpoint(request_.endpoint);
    const std::string detail = printableText(words_[0] == '\0' ? curl_.describe(code) : words_.data(), 500);
    if (isTooLarge_) {
      throw PluginFailure(DriverFault::answer,
                          "expected an answer of at most " + std::to_string(answerMaxBytes) + " bytes, got more", true);
    }
    if (code == CURLE_ABORTED_BY_CALLBACK) {
      throw PluginFailure(DriverFault::timeout, "the caller gave up (" + where + ")", isSent);
    }
    if (code == CURLE_OPERATION_TIMEDOUT) {
      const std::string limit = std::to_string(request_.timeout.count());
      throw PluginFailure(DriverFault::timeout, "no answer within " + limit + " ms (" + where + ")", isSent);
    }
    if (!isSent) {
      throw PluginFailure(DriverFault::missing, "cannot reach the plugin at " + where + ": " + detail, false,
                          isRetriable(code));
    }
    if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_WEIRD_SERVER_REPLY) {
      throw PluginFailure(DriverFault::answer, "the plugin at " + where + " does not answer in HTTP: " + detail, true);
    }
    throw PluginFailure(DriverFault::crashed,
                        "the connection to the plugin at " + where + " broke before its answer: " + detail, true);
  }

  /** What a connection attempt fails with while the plugin is not there yet, or not yet again. */
  [[nodiscard]] bool isRetriable(CURLcode code) {
    long number = 0;
    curl_.getInfo(handle_.get(), CURLINFO_OS_ERRNO, &number);
    if (code == CURLE_COULDNT_CONNECT) return number != EACCES && number != EPERM;
    return code == CURLE_COULDNT_RESOLVE_HOST;
  }

  const CurlLibrary& curl_ = CurlLibrary::get();
  const PluginRequest& request_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_;
  std::array<char, CURL_ERROR_SIZE> words_{};
  RawAnswer answer_;
  bool isTooLarge_ = false;
};

}  // namespace

RawAnswer postToPlugin(const PluginRequest& request) {
  const std::string where = describeEndpoint(request.endpoint);
  if (request.stop.stop_requested()) {
    throw PluginFailure(DriverFault::timeout, "the caller gave up (" + where + ")", false);
  }
  if (request.timeout.count() <= 0) {
    throw PluginFailure(DriverFault::timeout, "no answer within 0 ms (" + where + ")", false);
  }
  return Exchange(request).perform();
}

}  // namespace dvdi
