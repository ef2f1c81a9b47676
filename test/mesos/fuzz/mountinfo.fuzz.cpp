// The mount table, whose paths and sources everybody may name who can mount anywhere.
#include "documents/error.hpp"
#include "fuzz.hpp"
#include "system/mount-table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const dvdi::MountTable table = dvdi::parseMountTable(dvdi::fuzz::textOf(data, size));
    for (const dvdi::MountEntry& entry : table.entries()) {
      static_cast<void>(table.covering(entry.mountpoint));
      static_cast<void>(table.descendantsOf(entry));
      for (const dvdi::MountEntry* layer : table.layersAt(entry.mountpoint)) {
        dvdi::fuzz::require(layer->mountpoint == entry.mountpoint, "layers of one path");
      }
    }
  } catch (const dvdi::Error& error) {
    dvdi::fuzz::require(error.code() == "internal", "an error that says so");
  }
  return 0;
}
