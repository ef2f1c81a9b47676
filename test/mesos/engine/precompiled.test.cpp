#include "engine/precompiled.hpp"

#include <gtest/gtest.h>

#include "engine/core.hpp"
#include "engine/embedded-core.hpp"
#include "support/hostile-core.hpp"

namespace {

using dvdi::CoreImage;
using dvdi::CoreModule;

/** What is said when a form is offered beside a wasm; empty when it is taken. */
std::string noticeOf(std::string_view wasm, std::string_view precompiled) {
  std::string notice;
  const auto module = std::make_shared<const CoreModule>(
      CoreImage{.wasm = wasm, .precompiled = precompiled}, dvdi::CoreLimits{},
      [&notice](const std::string& line) { notice += line; });
  EXPECT_EQ(module->precompiled(), notice.empty());
  // Taken or not, the core answers.
  EXPECT_EQ(dvdi::Core(module).inspect(0, "{}"), HostileCore::answerText);
  return notice;
}

std::string withReplaced(std::string text, std::string_view part, std::string_view replacement) {
  return text.replace(text.find(part), part.size(), replacement);
}

const std::string prefix = "the precompiled core is not used, and the core is compiled: ";

TEST(Precompiled, IsTakenForTheWasmThatItWasMadeFrom) {
  const std::string wasm = HostileCore().wasm();
  EXPECT_EQ(noticeOf(wasm, dvdi::precompileCore(wasm)), "");
}

TEST(Precompiled, IsTheSameForTheSameWasm) {
  const std::string wasm = HostileCore().wasm();
  EXPECT_EQ(dvdi::precompileCore(wasm), dvdi::precompileCore(wasm));
}

TEST(Precompiled, IsNotTakenForAnotherWasm) {
  const std::string other = dvdi::precompileCore(HostileCore().memoryPages(2).wasm());
  EXPECT_EQ(noticeOf(HostileCore().wasm(), other), prefix + "it was made from another wasm");
}

TEST(Precompiled, IsNotTakenFromAnotherVersionOfWasmtime) {
  const std::string wasm = HostileCore().wasm();
  const std::string version(dvdi::engineVersion());
  const std::string older = withReplaced(dvdi::precompileCore(wasm), "wasmtime " + version, "wasmtime 1.0.0");
  EXPECT_EQ(noticeOf(wasm, older), prefix + "expected wasmtime " + version + ", got wasmtime 1.0.0");
}

TEST(Precompiled, IsNotTakenWhenItIsCutOrSomethingElse) {
  const std::string wasm = HostileCore().wasm();
  const std::string whole = dvdi::precompileCore(wasm);
  EXPECT_EQ(noticeOf(wasm, whole.substr(0, whole.size() - 1)), prefix + "it is cut");
  EXPECT_EQ(noticeOf(wasm, whole + "x"), prefix + "it is cut");
  EXPECT_EQ(noticeOf(wasm, whole.substr(0, 100)), prefix + "it was made from another wasm");
  EXPECT_EQ(noticeOf(wasm, "something else"), prefix + "it is no precompiled core of this format");
}

// wasmtime itself looks at what it is given, too: here it is not its code at all.
TEST(Precompiled, IsNotTakenWhenWasmtimeRefusesIt) {
  const std::string wasm = HostileCore().wasm();
  const std::string notice = noticeOf(wasm, dvdi::packPrecompiled(wasm, "no code"));
  EXPECT_TRUE(notice.starts_with(prefix)) << notice;
  EXPECT_GT(notice.size(), prefix.size());
}

TEST(Precompiled, IsEmbedded) {
  std::string notice;
  const CoreModule module(dvdi::embeddedCore(), {}, [&notice](const std::string& line) { notice += line; });
  EXPECT_EQ(notice, "");
  EXPECT_EQ(module.precompiled(), !dvdi::embeddedCore().precompiled.empty());
}

}  // namespace
