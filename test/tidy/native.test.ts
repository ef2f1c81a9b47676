import { danglingRanges, strayIncludes, unbuiltSources } from '../support/tidy/native.ts';
import { repositoryFiles, type Tree, treeOf } from '../support/tidy/tree.ts';

let tree: Tree;

beforeAll(async () => {
  tree = await repositoryFiles();
});

describe('the parts of the C++ host include what is below them', () => {
  test('here', () => expect(strayIncludes(tree)).toEqual([]));

  test('finds includes that go up or over, lead nowhere, or are of another part', () => {
    const bad = treeOf({
      'host/mesos/documents/json.hpp': '#include "engine/core.hpp"\n#include <string>\n',
      'host/mesos/engine/core.hpp': '#include <wasmtime.h>\n#include "system/fd.hpp"\n',
      'host/mesos/system/fd.hpp': '#include "documents/json.hpp"\n#include "documents/gone.hpp"\n',
      'host/mesos/agent/main.cpp': '#include <wasm.h>\n#include "engine/core.hpp"\n',
      'host/mesos/new/a.cpp': '',
    });
    expect(strayIncludes(bad)).toEqual([
      'host/mesos/documents/json.hpp: includes engine/core.hpp, from documents to engine',
      'host/mesos/engine/core.hpp: includes system/fd.hpp, from engine to system',
      'host/mesos/system/fd.hpp: includes documents/gone.hpp, which is not there',
      'host/mesos/agent/main.cpp: includes wasm.h, which is for engine',
      'host/mesos/new/a.cpp: new has no floor',
    ]);
  });
});

describe('every source in C++ is built', () => {
  test('here', () => expect(unbuiltSources(tree)).toEqual([]));

  test('finds one that is not', () => {
    const bad = treeOf({
      'host/mesos/CMakeLists.txt': 'add_subdirectory(agent)',
      'host/mesos/agent/CMakeLists.txt': 'target_sources(dvdi_agent\n  PRIVATE main.cpp\n          verbs/plan.cpp)',
      'host/mesos/agent/main.cpp': '',
      'host/mesos/agent/verbs/plan.cpp': '',
      'host/mesos/agent/verbs/dead.cpp': '',
      'host/mesos/agent/domain.cpp': '',
    });
    expect(unbuiltSources(bad)).toEqual([
      'host/mesos/agent/verbs/dead.cpp: no CMakeLists.txt builds it',
      'host/mesos/agent/domain.cpp: no CMakeLists.txt builds it',
    ]);
  });
});

describe('no loop is over a part of a temporary', () => {
  test('here', () => expect(danglingRanges(tree)).toEqual([]));

  test('finds those that are, and not what stands in a variable', () => {
    const bad = treeOf({
      'host/mesos/a.cpp': [
        'for (const Json& field : parseJson(core.describe()).at("policy")) {',
        'for (const Json& container : isolator_.list().at("containers")) {',
        'for (const Json& field : description.at("policy").at("x")) {',
        'for (const auto& [name, value] : answer.at("options").items()) {',
        'for (const Release& release : isolator.releaseVolumes(which)) {',
      ].join('\n'),
    });
    expect(danglingRanges(bad)).toEqual([
      'host/mesos/a.cpp: a loop over a part of what parseJson gives',
      'host/mesos/a.cpp: a loop over a part of what list gives',
    ]);
  });
});
