#ifndef DVDI_SUPPORT_ISOLATOR_TEST_HPP
#define DVDI_SUPPORT_ISOLATOR_TEST_HPP

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "driver/dvdcli-text.hpp"
#include "engine/embedded-core.hpp"
#include "isolator/engine-core.hpp"
#include "isolator/isolator.hpp"
#include "support/mount-guard.hpp"
#include "support/script-file.hpp"
#include "system/text-file.hpp"

namespace dvdi::test {

/**
 * An isolator with the real core, on a dvdcli that mounts a tmpfs for each volume. What stands in `fail-COMMAND-NAME`
 * under its directory is executed before a command, and decides by an exit code.
 */
class IsolatorTest : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    dvdcli_ = writeScript(directory() + "/dvdcli", R"(base=')" + directory() + R"('
command=$1
for argument in "$@"; do
  case $argument in
    --volumename=*) name=${argument#--volumename=} ;;
  esac
done
echo "$command $name" >> $base/calls
if [ -e $base/fail-$command-$name ]; then . $base/fail-$command-$name; fi
case $command in
  mount) mkdir -p $base/volumes/$name; mount -t tmpfs tmpfs $base/volumes/$name; echo $base/volumes/$name ;;
  unmount) umount $base/volumes/$name ;;
  path) if mountpoint -q $base/volumes/$name; then echo $base/volumes/$name; fi ;;
  list) ls $base/volumes ;;
esac)");
    tmp_ = "/tmp/dvdi-native-" + std::to_string(::getpid());
    open();
  }

  void TearDown() override {
    isolator_.reset();
    std::filesystem::remove(tmp_);
    MountTest::TearDown();
  }

  /** One for all tests: it is compiled once. */
  static std::shared_ptr<const CoreModule> sharedModule() {
    static const auto module = std::make_shared<const CoreModule>(embeddedCore());
    return module;
  }

  /**
   * Opens the isolator, anew when there is one: as another process would. A forked one needs a module of its own: it
   * has the locks of the shared one, but not the thread that would give them back.
   */
  void open(const std::shared_ptr<const CoreModule>& module = sharedModule()) {
    isolator_.reset();
    Core core(module);
    core.configure(R"({"transport":"dvdcli","dvdcliPaths":[")" + dvdcli_ + R"("]})");
    core_ = std::make_unique<EngineCore>(std::move(core));
    IsolatorOptions options;
    options.stateDirectory = directory() + "/state";
    options.isRetrying = false;
    options.listener = [this](const Event& event) { events_.push_back(event.name); };
    isolator_ = std::make_unique<Isolator>(*core_, std::move(options));
  }

  /** A document that asks for volumes, each at a path of its own under /tmp. */
  [[nodiscard]] std::string documentFor(const std::vector<std::string>& names) const {
    Json document = Json::object();
    int slot = 1;
    for (const std::string& name : names) {
      const std::string digit = std::to_string(slot++);
      document["DVDI_VOLUME_NAME" + digit] = name;
      document["DVDI_VOLUME_DRIVER" + digit] = "tmpfs";
      document["DVDI_VOLUME_CONTAINERPATH" + digit] = tmp_ + "/" + name;
    }
    return toJsonText(document);
  }

  [[nodiscard]] std::string volume(const std::string& name) const { return directory() + "/volumes/" + name; }

  [[nodiscard]] bool isMounted(const std::string& name) const {
    const MountTable table = readMountTable();
    return table.at(volume(name)) != nullptr;
  }

  void failBy(const std::string& command, const std::string& name, const std::string& lines) const {
    std::ofstream(directory() + "/fail-" + command + "-" + name) << lines << "\n";
  }
  void failNoMore(const std::string& command, const std::string& name) const {
    std::filesystem::remove(directory() + "/fail-" + command + "-" + name);
  }

  /** What dvdcli was asked, in order. */
  [[nodiscard]] std::vector<std::string> calls() const {
    std::vector<std::string> lines = linesOf(readTextFile(directory() + "/calls").value_or(""));
    if (!lines.empty()) lines.pop_back();
    return lines;
  }

  Isolator& isolator() { return *isolator_; }
  [[nodiscard]] const std::string& dvdcli() const { return dvdcli_; }

  std::string tmp_;
  std::vector<std::string> events_;

 private:
  std::string dvdcli_;
  std::unique_ptr<EngineCore> core_;
  std::unique_ptr<Isolator> isolator_;
};

}  // namespace dvdi::test

#endif  // DVDI_SUPPORT_ISOLATOR_TEST_HPP
