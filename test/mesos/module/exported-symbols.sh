#!/usr/bin/env bash
# exported-symbols.sh NM LIBRARY: whether the module shows the agent what it has to, and nothing else. Anything of
# wasmtime or SQLite that were seen could be taken for, or by, what the agent itself has of the same name.
set -euo pipefail

exported="$("$1" --dynamic --defined-only --demangle "$2" | cut --delimiter=' ' --fields=3-)"
result=0
for name in com_emccode_mesos_DockerVolumeDriverIsolator org_dvdi_DockerVolumeDriverIsolator; do
  grep --quiet --line-regexp "$name" <<< "$exported" || { echo "expected the variable $name, it is not exported"; result=1; }
done
if strangers="$(grep --extended-regexp '^(wasm|sqlite3|rust_|__rust|dvdi_wasm|nlohmann::|curl_)|\bdvdi::' <<< "$exported")"; then
  echo 'expected nothing of what the module is made of, these are exported:'
  echo "$strangers"
  result=1
fi
undefined="$("$1" --dynamic --undefined-only --demangle "$2")"
if strangers="$(grep --extended-regexp '(wasm|rust_)' <<< "$undefined")"; then
  echo 'expected the engine to be in the module, these are missing:'
  echo "$strangers"
  result=1
fi
exit "$result"
