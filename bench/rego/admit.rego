# What `dvdi admit` says of a Marathon app, in Rego, for bench/figures/admit.ts. It does less than the core: no places but
# pointers, no fixes, no other kinds of documents, no check of UTF-8 or of repeated keys, one policy that is fixed.
package dvdi

attributes := {"NAME", "DRIVER", "OPTS", "CONTAINERPATH", "DVDCLI", "EXPLICITCREATE"}

refused := {
	" ", "\"", "'", "`", "$", "&", "|", ";", "<", ">", "(", ")", "{", "}", "[", "]", "*", "?", "!", "#", "~", "\\", "\n", "\t", "\r",
}

policy := {
	"defaultDriver": "rexray",
	"dvdcliPaths": {"/usr/bin/dvdcli"},
	"protected": ["/", "/proc", "/sys", "/dev"],
	"driversAllowed": [],
	"volumeNames": [],
	"containerPaths": [],
	"options": {},
	"severity": {},
	"exceptions": [],
}

hints := {
	"path-on-agent": "Make sure that every agent that may run the task has the directory, or use one under /tmp.",
	"single-writer-upgrade": "Set upgradeStrategy to {\"minimumHealthCapacity\": 0, \"maximumOverCapacity\": 0}.",
}

spelling := {
	"app": {"env", "container", "instances", "upgradeStrategy"},
	"container": {"volumes"},
	"volume": {"containerPath", "external", "mode"},
	"external": {"name", "provider", "options", "shared"},
}

variables[name] := value if {
	some name, value in input.env
	startswith(name, "DVDI_VOLUME_")
}

# Attribute and slot of each variable that is one of the six, alone or with one digit.
known[name] := {"attribute": found[1], "slot": found[2]} if {
	some name, _ in variables
	found := regex.find_all_string_submatch_n(`^DVDI_VOLUME_(NAME|DRIVER|OPTS|CONTAINERPATH|DVDCLI|EXPLICITCREATE)([0-9]?)$`, name, 1)[0]
}

slots[slot][attribute] := variables[name] if {
	some name, parts in known
	slot := parts.slot
	attribute := parts.attribute
}

deny contains {"code": "variable-unknown", "at": name} if {
	some name, _ in variables
	not known[name]
}

deny contains {"code": "field-wrong-type", "at": name} if {
	some name, value in variables
	not is_string(value)
}

warn contains {"code": "attribute-without-name", "at": slot} if {
	some slot, values in slots
	not values.NAME
}

deny contains {"code": "slot-conflict", "at": attribute} if {
	some attribute in attributes
	slots[""][attribute] != slots["0"][attribute]
}

deny contains {"code": "name-missing", "at": slot} if {
	some slot, values in slots
	values.NAME == ""
}

deny contains {"code": "name-length", "at": slot} if {
	some slot, values in slots
	count(values.NAME) > 255
}

deny contains {"code": "characters", "at": [slot, attribute]} if {
	some slot, values in slots
	some attribute in {"NAME", "DRIVER", "OPTS", "EXPLICITCREATE"}
	some character in refused
	contains(values[attribute], character)
}

deny contains {"code": "driver-reference", "at": slot} if {
	some slot, values in slots
	contains(values.DRIVER, "..")
}

deny contains {"code": "explicit-create-value", "at": slot} if {
	some slot, values in slots
	not lower(trim_space(object.get(values, "EXPLICITCREATE", ""))) in {"true", "false", ""}
}

deny contains {"code": "dvdcli-not-allowed", "at": slot} if {
	some slot, values in slots
	path := values.DVDCLI
	path != ""
	not path in policy.dvdcliPaths
}

options[slot] := [pair |
	some item in split(values.OPTS, ",")
	pair := {"key": lower(split(item, "=")[0]), "item": item, "value": substring(item, indexof(item, "=") + 1, -1)}
] if {
	some slot, values in slots
	values.OPTS != ""
}

deny contains {"code": "option-without-value", "at": pair.item} if {
	some pair in options[_]
	not contains(pair.item, "=")
}

deny contains {"code": "option-key-empty", "at": pair.item} if {
	some pair in options[_]
	pair.key == ""
}

deny contains {"code": "option-repeated", "at": slot} if {
	some slot, pairs in options
	count({pair.key | some pair in pairs}) != count(pairs)
}

deny contains {"code": "option-integer", "at": pair.item} if {
	some pair in options[_]
	pair.key in {"size", "iops"}
	not regex.match(`^0*[1-9][0-9]*$`, pair.value)
}

deny contains {"code": "option-filesystem", "at": pair.item} if {
	some pair in options[_]
	pair.key == "newfstype"
	not pair.value in {"ext4", "xfs"}
}

deny contains {"code": "option-boolean", "at": pair.item} if {
	some pair in options[_]
	pair.key == "overwritefs"
	not lower(pair.value) in {"true", "false"}
}

paths[slot] := path if {
	path := slots[slot].CONTAINERPATH
	path != ""
}

deny contains {"code": "path-not-absolute", "at": slot} if {
	some slot, path in paths
	not startswith(path, "/")
}

deny contains {"code": "path-parent", "at": slot} if {
	some slot, path in paths
	".." in split(path, "/")
}

plain[slot] := concat("/", [segment | some segment in split(path, "/"); not segment in {"", "."}]) if {
	some slot, path in paths
}

deny contains {"code": "path-protected", "at": slot} if {
	some slot, path in plain
	some place in policy.protected
	protects(place, path)
}

protects(place, path) if path == trim(place, "/")

protects(place, path) if {
	place != "/"
	startswith(path, concat("", [trim(place, "/"), "/"]))
}

deny contains {"code": "path-conflict", "at": [one, other]} if {
	some one, path in plain
	some other, same in plain
	one < other
	path == same
}

volumes[slot] := [object.get(values, "DRIVER", policy.defaultDriver), values.NAME] if {
	some slot, values in slots
	values.NAME
}

deny contains {"code": "volume-repeated", "at": [one, other]} if {
	some one, volume in volumes
	some other, same in volumes
	one < other
	volume == same
}

deny contains {"code": "single-writer-instances", "at": "instances"} if {
	count(volumes) > 0
	input.instances > 1
}

warn contains {"code": "single-writer-upgrade", "at": "upgradeStrategy"} if {
	count(volumes) > 0
	object.get(input, ["upgradeStrategy", "maximumOverCapacity"], 1) > 0
}

info contains {"code": "path-on-agent", "at": slot} if {
	some slot, path in plain
	not startswith(path, "tmp/")
	path != "tmp"
}

deny contains {"code": "characters", "at": [slot, attribute]} if {
	some slot, values in slots
	some attribute, value in values
	regex.match(`[\x00-\x1f\x7f]`, value)
}

deny contains {"code": "too-many-options", "at": slot} if {
	some slot, pairs in options
	count(pairs) > 64
}

deny contains {"code": "option-word", "at": pair.item} if {
	some pair in options[_]
	pair.key == "volumetype"
	not regex.match(`^[\w.-]+$`, pair.value)
}

deny contains {"code": "path-length", "at": slot} if {
	some slot, path in paths
	count(path) > 4096
}

deny contains {"code": "path-segment-length", "at": slot} if {
	some slot, path in paths
	some segment in split(path, "/")
	count(segment) > 255
}

deny contains {"code": "driver-denied", "at": slot} if {
	count(policy.driversAllowed) > 0
	some slot, volume in volumes
	not volume[0] in policy.driversAllowed
}

deny contains {"code": "volume-name-not-allowed", "at": slot} if {
	some entry in policy.volumeNames
	glob.match(entry.apps, ["/"], input.id)
	some slot, volume in volumes
	every pattern in entry.names { not glob.match(pattern, [], volume[1]) }
}

deny contains {"code": "path-not-allowed", "at": slot} if {
	count(policy.containerPaths) > 0
	some slot, path in plain
	every place in policy.containerPaths { not protects(place, path) }
}

deny contains {"code": "option-out-of-bounds", "at": pair.item} if {
	some slot, pairs in options
	some pair in pairs
	to_number(pair.value) > policy.options[volumes[slot][0]][pair.key].max
}

# One letter too many, too few, other or in another place: what is left without some letter of each is the same.
shortened(name) := {text |
	some at in numbers.range(0, count(name) - 1)
	text := concat("", [substring(name, 0, at), substring(name, at + 1, -1)])
}

similar := {kind: {name: shortened(name) | some name in names} | some kind, names in spelling}

near(kind, key) := known if {
	some known, others in similar[kind]
	count((shortened(key) | {key}) & (others | {known})) > 0
}

misspelt(kind, object) := {{"code": "field-misspelt", "at": key, "known": near(kind, key)} |
	some key, _ in object
	not key in spelling[kind]
	near(kind, key)
}

warn contains finding if some finding in misspelt("app", input)

warn contains finding if some finding in misspelt("container", input.container)

warn contains finding if {
	some volume in input.container.volumes
	some finding in misspelt("volume", volume) | misspelt("external", volume.external)
}

deny contains {"code": "field-misplaced", "at": key} if {
	some key in {"volumes", "external"}
	input[key]
}

deny contains {"code": "field-misplaced", "at": key} if {
	some place in [input, input.labels]
	some key, _ in place
	startswith(key, "DVDI_")
}

externals[at] := volume if {
	some at, volume in input.container.volumes
	volume.external
}

deny contains {"code": "external-provider", "at": at} if {
	some at, volume in externals
	object.get(volume.external, "provider", "") != "dvdi"
}

deny contains {"code": "external-driver", "at": at} if {
	some at, volume in externals
	not regex.match(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$`, object.get(volume.external, ["options", "dvdi/driver"], ""))
}

deny contains {"code": "external-option-key", "at": key} if {
	some volume in externals
	some key, _ in volume.external.options
	not regex.match(`^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?/.+$`, key)
}

deny contains {"code": "external-mode", "at": at} if {
	some at, volume in externals
	object.get(input.container, "type", "DOCKER") == "MESOS"
	volume.mode == "RO"
}

deny contains {"code": "external-docker-size", "at": at} if {
	some at, volume in externals
	object.get(input.container, "type", "DOCKER") == "DOCKER"
	volume.external.size
}

deny contains {"code": "volume-asked-twice", "at": slot} if {
	some slot, volume in volumes
	some asked in externals
	volume == [asked.external.options["dvdi/driver"], asked.external.name]
}

kind := "marathon-app" if {
	is_string(input.id)
	some field in {"cmd", "args", "env", "container", "instances", "cpus", "mem"}
	input[field]
}

# Severities and exceptions are the policy's; each finding has a message, a hint and a pointer.
told contains object.union(finding, {
	"severity": object.get(policy.severity, finding.code, severity),
	"hint": object.get(hints, finding.code, ""),
	"message": sprintf("%s: %v", [finding.code, finding.at]),
	"pointer": concat("/", ["", "env", sprintf("%v", [finding.at])]),
}) if {
	some severity, findings in {"error": deny, "warning": warn, "info": info}
	some finding in findings
	every exception in policy.exceptions { exception.code != finding.code }
}

default verdict := "allow"

verdict := "deny" if count(deny) > 0

verdict := "warn" if {
	count(deny) == 0
	count(warn) > 0
}

tasks := [{"id": input.id, "volumes": [volume | some volume in volumes], "verdict": verdict}]

admission := {"kind": kind, "verdict": verdict, "tasks": tasks, "findings": [finding | some finding in told]}
