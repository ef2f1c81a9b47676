#include "driver/plugin-endpoint.hpp"

#include <charconv>

#include "system/printable-text.hpp"

namespace dvdi {

namespace {

constexpr const char* expectedAddress =
    "expected unix:///path, tcp://host:port, http://host:port or https://host:port";

class Address {
 public:
  Address(const std::string& address, const std::string& file) : address_(address), file_(file) {}

  PluginEndpoint read(const std::optional<TlsSettings>& tls) const {
    const std::size_t end = address_.find("://");
    if (end == std::string::npos) refuse("the address is not a URL");
    const std::string scheme = asciiLower(address_.substr(0, end));
    const std::string rest = address_.substr(end + 3);
    if (rest.find_first_of("?#@") != std::string::npos) refuse("the address has more than a place in it");
    if (scheme == "unix") return socket(rest);
    if (scheme != "tcp" && scheme != "http" && scheme != "https") refuse("the protocol is not known");
    PluginEndpoint endpoint = host(rest, scheme);
    if (scheme == "https") endpoint.tls = tls.value_or(TlsSettings{});
    return endpoint;
  }

 private:
  [[noreturn]] void refuse(const char* reason) const {
    throw PluginFailure(DriverFault::missing,
                        file_ + ": " + reason + ": " + expectedAddress + ", got " + quotedPrintable(address_, 200),
                        false);
  }

  PluginEndpoint socket(const std::string& text) const {
    const auto path = decoded(text);
    if (!path || !path->starts_with('/') || *path == "/") refuse("the socket has no absolute path");
    return {*path, "", 0, std::nullopt};
  }

  PluginEndpoint host(std::string place, const std::string& scheme) const {
    if (place.ends_with('/')) place.pop_back();
    if (place.find('/') != std::string::npos) refuse("the address has a path");
    const std::size_t bracket = place.rfind(']');
    const std::size_t colon = place.find(':', bracket == std::string::npos ? 0 : bracket);
    std::string name = place.substr(0, colon);
    if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
    const int port = colon == std::string::npos ? defaultPort(scheme) : portIn(place.substr(colon + 1));
    if (name.empty() || port == 0 || hasControlCharacter(name) || name.find(' ') != std::string::npos) {
      refuse("the address has no host or no port");
    }
    return {"", name, port, std::nullopt};
  }

  static int defaultPort(const std::string& scheme) { return scheme == "http" ? 80 : scheme == "https" ? 443 : 0; }

  /** 0 for what is none. */
  static int portIn(const std::string& text) {
    int port = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool isNumber = fault == std::errc() && end == text.data() + text.size();
    return isNumber && port > 0 && port <= 65535 ? port : 0;
  }

  /** Nothing when it is not percent-encoded as it must be, or has a zero byte. */
  static std::optional<std::string> decoded(const std::string& text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (text[at] != '%') {
        plain += text[at];
        continue;
      }
      int value = 0;
      const char* start = text.data() + at + 1;
      if (at + 2 >= text.size()) return std::nullopt;
      const auto [end, fault] = std::from_chars(start, start + 2, value, 16);
      if (fault != std::errc() || end != start + 2 || value == 0) return std::nullopt;
      plain += static_cast<char>(value);
      at += 2;
    }
    if (plain.find('\0') != std::string::npos || !isUtf8(plain)) return std::nullopt;
    return plain;
  }

  const std::string& address_;
  const std::string& file_;
};

}  // namespace

PluginEndpoint parseEndpoint(const std::string& address, const std::optional<TlsSettings>& tls,
                             const std::string& file) {
  return Address(address, file).read(tls);
}

std::string describeEndpoint(const PluginEndpoint& endpoint) {
  if (!endpoint.socketPath.empty()) return "unix://" + printableText(endpoint.socketPath);
  const bool isAddress = endpoint.host.find(':') != std::string::npos;
  const std::string host = isAddress ? "[" + endpoint.host + "]" : endpoint.host;
  return (endpoint.tls ? "https" : "tcp") + ("://" + host) + ":" + std::to_string(endpoint.port);
}

}  // namespace dvdi
