#include "agent/container-list.hpp"

#include <array>
#include <iterator>
#include <optional>

#include "documents/error.hpp"
#include "documents/json.hpp"
#include "driver/plugin-json.hpp"

namespace dvdi {
namespace {

/** As deep as the core reads JSON; no runtime nests containers that far. */
constexpr int depthMax = 64;
constexpr const char* shapes =
    "a JSON array of container ids, {\"running\": […], \"orphans\": […]}, or the states that a Mesos agent recovers";

/** The file that is read, for errors. */
class ListFile {
 public:
  ListFile(const std::string& text, const std::string& name)
      : name_(name), document_(parseForeign(text, 3 * depthMax)) {
    if (document_.is_discarded()) throw notAList("no JSON, or JSON nested too deep");
  }

  [[nodiscard]] const Json& document() const { return document_; }

  [[nodiscard]] Error notAList(const std::string& got) const {
    return Error("cli-containers", "the list of containers is not one",
                 {.expected = shapes,
                  .got = got + ", in " + name_,
                  .advice = "nothing was released: a container that is missing from the list would lose its volumes"});
  }

  /** Ids of an array: each a text, a Mesos ContainerID, or a Mesos ContainerState. */
  [[nodiscard]] std::vector<std::string> ids(const Json& items, const std::string& place) const {
    if (!items.is_array()) throw notAList("no array at " + (place.empty() ? "the top" : place));
    std::vector<std::string> all;
    for (const Json& item : items) all.push_back(id(item, place + "/" + std::to_string(all.size())));
    return all;
  }

  [[nodiscard]] std::string id(const Json& item, const std::string& place) const {
    if (item.is_string() && item != "") return item.get<std::string>();
    const bool isState = item.is_object() && item.contains("container_id");
    const auto text = idText(isState ? item.at("container_id") : item, 0);
    if (!text.has_value()) throw notAList("no container id at " + place);
    return *text;
  }

 private:
  /** The root's id first, joined with dots, as Mesos prints it. */
  static std::optional<std::string> idText(const Json& id, int depth) {
    if (!id.is_object() || depth >= depthMax || !id.contains("value")) return std::nullopt;
    const Json& own = id.at("value");
    if (!own.is_string() || own == "") return std::nullopt;
    if (!id.contains("parent")) return own.get<std::string>();
    const auto parent = idText(id.at("parent"), depth + 1);
    return parent.has_value() ? std::optional(*parent + "." + own.get<std::string>()) : std::nullopt;
  }

  std::string name_;
  Json document_;
};

ContainerList listOfObject(const ListFile& file) {
  const Json& document = file.document();
  ContainerList list;
  if (document.contains("container_id")) {
    list.running.push_back(file.id(document, "/container_id"));
    return list;
  }
  bool isSaid = false;
  for (const auto& [field, items] : document.items()) {
    if (field == "orphans") {
      list.orphans = file.ids(items, "/orphans");
    } else if (field == "running" || field == "states") {
      isSaid = true;
      std::vector<std::string> ids = file.ids(items, "/" + field);
      std::move(ids.begin(), ids.end(), std::back_inserter(list.running));
    } else {
      throw file.notAList("the field " + Json(field).dump(-1, ' ', false, Json::error_handler_t::replace));
    }
  }
  // Left out is not the same as empty: without this list nothing can be told from what is gone.
  if (!isSaid) throw file.notAList("an object without \"running\"");
  return list;
}

}  // namespace

ContainerList readContainerList(const std::string& text, const std::string& name) {
  const ListFile file(text, name);
  if (file.document().is_object()) return listOfObject(file);
  return {.running = file.ids(file.document(), ""), .orphans = {}};
}

std::vector<std::string> readOrphans(const std::string& text, const std::string& name) {
  const ListFile file(text, name);
  const Json& document = file.document();
  const bool isObject = document.is_object() && document.size() == 1 && document.contains("orphans");
  return isObject ? file.ids(document.at("orphans"), "/orphans") : file.ids(document, "");
}

}  // namespace dvdi
