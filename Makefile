# ---- test: everything a change must pass, its own set-up included -------------------------------------------------

# What the tests start beyond Node: test/support/suites/requirements.ts names the program behind each package.
TEST_PACKAGES := util-linux e2fsprogs xfsprogs rclone fuse3

.PHONY: test test-packages lint format

# Types, lint, every jest suite; the last line is the sum: "N passed, N failed".
test: test-packages build
	@npm run --silent test

# Installs what is missing, as root on Debian; without root `make test` itself says what it needs.
test-packages:
	@missing=$$(dpkg-query --show --showformat='$${db:Status-Status} $${Package}\n' $(TEST_PACKAGES) 2>&1 \
	    | grep --invert-match '^installed ' || true); \
	if [ -n "$$missing" ] && [ "$$(id --user)" = 0 ] && command -v apt-get > /dev/null; then \
	  apt-get update --quiet && DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $(TEST_PACKAGES); \
	fi

lint: build
	@npm run --silent typecheck
	@npm run --silent lint

format: build
	@npm run --silent format
