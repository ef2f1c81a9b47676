# The two commands are `make run` and `make test`; each does all of its own set-up on a fresh machine.

# npm brings the Node that everything here runs on (package.json, "node"); the machine's own is only needed for npm.
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# What `make run` executes beyond Node: mount and losetup, unshare and blkid, mkfs.ext4, mkfs.xfs.
RUN_PACKAGES := mount util-linux e2fsprogs xfsprogs

CORE_SOURCES := $(shell find assembly compiler -name '*.ts' -not -path 'compiler/page/*') asconfig.json
HOST_SOURCES := $(shell find host -name '*.ts' -not -path 'host/admission/page/*') tsconfig.json
PAGE_SOURCES := $(shell find host/admission/page host/core compiler/page -type f) examples/README.md \
  host/admission/page-headers.ts $(wildcard examples/*.json) docs/findings.md docs/policy.md package.json

.PHONY: help run build setup modules packages clean

help:
	@echo 'make run     set up, build, run the examples with real volumes (as root), clean up'
	@echo 'make test    set up, build, run every test; the last line is the sum'
	@echo 'make bench   set up, build, measure what we promise and print it as a table (bench/README.md)'
	@echo 'make build   build/dvdi.wasm (the core), build/host (the command line and the library), build/page'
	@echo 'make native  build/native: the C++ host and dvdi-agent; the first time on a machine wasmtime, too (6 minutes)'
	@echo 'make setup   install the npm and, as root on Debian, the Debian packages that are missing'
	@echo 'make clean   remove what was built'

# Installs the Debian packages of a list that are missing; only root can, and only where there is apt.
define install_packages
missing=$$(dpkg-query --show --showformat='$${db:Status-Status} $${Package}\n' $(1) 2>&1 \
    | grep --invert-match '^installed ' || true); \
if [ -n "$$missing" ] && [ "$$(id --user)" = 0 ] && command -v apt-get > /dev/null; then \
  apt-get update --quiet \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $(1); \
fi
endef

# ---- run: the examples, for real -----------------------------------------------------------------------------------

run:
	@[ "$$(id -u)" = 0 ] || { \
	  echo 'make run: expected to be root, got user id '"$$(id -u)"': it mounts volumes; try: sudo make run' >&2; exit 1; }
	@$(MAKE) --no-print-directory setup build
	@node examples/main-job.ts

# ---- build: all that run and test need -----------------------------------------------------------------------------

build: modules build/dvdi.wasm build/policy.schema.json build/.host build/.page

build/dvdi.wasm: $(CORE_SOURCES) | modules
	@npm run --silent build:wasm

build/policy.schema.json: build/dvdi.wasm host/core/policy-schema.ts compiler/policy-schema.ts | modules
	@npm run --silent build:schema

build/.host: $(HOST_SOURCES) | modules
	@npm run --silent build:host
	@touch $@

build/.page: $(PAGE_SOURCES) build/dvdi.wasm | modules
	@npm run --silent build:page
	@touch $@

setup: packages modules

# Only when something is missing or not the version that package.json pins. Not `npm ci`: it refuses a lock file that
# was written where the registry lacks the binaries of other platforms. `--no-save` keeps to the lock file all the same.
modules:
	@npm ls --silent > /dev/null 2>&1 || npm install --no-save

packages:
	@$(call install_packages,$(RUN_PACKAGES))

clean:
	rm -rf build

# ---- native: the C++ host ------------------------------------------------------------------------------------------

# docs/native.md says what each is for. `make native NATIVE_FLAGS=-DWASMTIME_ROOT=DIR` takes a release of wasmtime.
NATIVE_PACKAGES := g++ cmake ninja-build ccache nlohmann-json3-dev libsqlite3-dev libcurl4-openssl-dev libgtest-dev
FUZZ_PACKAGES := clang libclang-rt-14-dev
NATIVE_FLAGS ?=

.PHONY: native native-packages native-sanitize native-fuzz

native: native-packages build/dvdi.wasm
	@cd host/mesos && cmake --preset release --log-level=WARNING $(NATIVE_FLAGS) && cmake --build --preset release
	@cmake --install build/native/release --strip > /dev/null

# The same with the address and the undefined-behaviour sanitizer, for its tests.
native-sanitize: native-packages build/dvdi.wasm
	@cd host/mesos && cmake --preset sanitize --log-level=WARNING $(NATIVE_FLAGS) && cmake --build --preset sanitize

# What reads what others have written, for libFuzzer: clang, and nothing of wasmtime.
native-fuzz: native-packages
	@$(call install_packages,$(FUZZ_PACKAGES))
	@cd host/mesos && cmake --preset fuzz --log-level=WARNING && cmake --build --preset fuzz

native-packages:
	@$(call install_packages,$(NATIVE_PACKAGES))

# ---- test: everything a change must pass, its own set-up included -------------------------------------------------

# What the tests start beyond Node: test/support/suites/requirements.ts names the program behind each package.
TEST_PACKAGES := util-linux e2fsprogs xfsprogs rclone fuse3 openssl bsdutils bash zsh fish chromium

.PHONY: test test-packages lint format

# Types, lint, every jest suite, the tests in C++; the last line is the sum: "N passed, N failed".
test: test-packages build native native-sanitize native-fuzz
	@npm run --silent test

# Installs what is missing, as root on Debian; without root `make test` itself says what it needs.
test-packages:
	@$(call install_packages,$(TEST_PACKAGES))

lint: build
	@npm run --silent typecheck
	@npm run --silent lint

format: build
	@npm run --silent format

# ---- bench: the figures that we promise ----------------------------------------------------------------------------

.PHONY: bench

# It mounts nothing. `make bench BENCH='inspect --json'` measures one figure; see bench/README.md.
bench: build native
	@npm run --silent bench -- $(BENCH)
