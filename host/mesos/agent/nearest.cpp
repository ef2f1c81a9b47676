#include "agent/nearest.hpp"

#include <algorithm>
#include <numeric>

namespace dvdi {
namespace {

constexpr std::size_t countMax = 3;
/** A word this long is no misspelt name, and comparing it would take long. */
constexpr std::size_t wordLengthMax = 64;

/** Number of edits (insert, delete, replace) between two words. */
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::size_t> previous(right.size() + 1);
  std::iota(previous.begin(), previous.end(), std::size_t{0});
  for (std::size_t row = 1; row <= left.size(); ++row) {
    std::vector<std::size_t> current{row};
    for (std::size_t column = 1; column <= right.size(); ++column) {
      const std::size_t replace = previous[column - 1] + (left[row - 1] == right[column - 1] ? 0 : 1);
      const std::size_t skip = std::min(previous[column], current[column - 1]) + 1;
      current.push_back(std::min(replace, skip));
    }
    previous = std::move(current);
  }
  return previous.back();
}

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& character : lower) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known) {
  if (word.empty() || word.size() > wordLengthMax) return {};
  struct Candidate {
    std::size_t edits;
    std::string name;
    auto operator<=>(const Candidate&) const = default;
  };
  const std::string wanted = lowerCase(word);
  std::vector<Candidate> near;
  for (const std::string& name : known) {
    const std::size_t edits = distance(wanted, name);
    const bool related = name.find(wanted) != std::string::npos || wanted.find(name) != std::string::npos;
    if (related || edits <= std::max<std::size_t>(1, name.size() / 3)) near.push_back({edits, name});
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> names;
  for (const Candidate& candidate : near) {
    if (names.size() < countMax) names.push_back(candidate.name);
  }
  return names;
}

}  // namespace dvdi
