#ifndef DVDI_SUPPORT_PLUGIN_SERVER_HPP
#define DVDI_SUPPORT_PLUGIN_SERVER_HPP

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "system/unique-fd.hpp"

namespace dvdi::test {

/** A plugin on a socket that answers as a script says, byte by byte; it keeps what it was asked. */
class PluginServer {
 public:
  /** Gives the whole HTTP answer to a call, for example to `VolumeDriver.Mount` with a body; empty to hang up. */
  using Answer = std::function<std::string(const std::string& method, const std::string& body)>;

  PluginServer(const std::string& path, Answer answer)
      : answer_(std::move(answer)), listener_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 16) != 0) {
      throw std::runtime_error("cannot listen on " + path);
    }
    thread_ = std::thread([this] { serve(); });
  }
  PluginServer(const PluginServer&) = delete;
  PluginServer& operator=(const PluginServer&) = delete;
  ~PluginServer() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
  }

  /** An answer with a JSON body. */
  static std::string json(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

  /** `METHOD BODY`, in order, but for the greetings. */
  [[nodiscard]] std::vector<std::string> calls() {
    const std::scoped_lock lock(mutex_);
    return calls_;
  }

 private:
  void serve() {
    for (;;) {
      const UniqueFd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client.isOpen()) return;
      respond(client.get());
    }
  }

  void respond(int client) {
    std::string text;
    char buffer[4096];
    std::size_t length = std::string::npos;
    while (length == std::string::npos || text.size() < length) {
      const ssize_t count = ::read(client, buffer, sizeof buffer);
      if (count <= 0) return;
      text.append(buffer, static_cast<std::size_t>(count));
      const std::size_t head = text.find("\r\n\r\n");
      const std::size_t field = text.find("Content-Length: ");
      if (head != std::string::npos) length = head + 4 + std::stoul(text.substr(field + 16));
    }
    const std::string method = text.substr(6, text.find(' ', 6) - 6);
    const std::string body = text.substr(text.find("\r\n\r\n") + 4);
    if (method != "Plugin.Activate") {
      const std::scoped_lock lock(mutex_);
      calls_.push_back(method + " " + body);
    }
    const std::string answer =
        method == "Plugin.Activate" ? json(R"({"Implements":["VolumeDriver"]})") : answer_(method, body);
    std::size_t sent = 0;
    while (sent < answer.size()) {
      const ssize_t count = ::send(client, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  Answer answer_;
  UniqueFd listener_;
  std::mutex mutex_;
  std::vector<std::string> calls_;
  std::thread thread_;
};

}  // namespace dvdi::test

#endif  // DVDI_SUPPORT_PLUGIN_SERVER_HPP
