# faultline: `make demo` breaks a lab and measures the outage, `make test` runs all tests; both set up what they need.
.PHONY: all build demo test lint format test-full bench clean lab-kernel images test-virtual test-containerlab bench-containerlab

all: build

build:
	@scripts/setup.sh demo

demo: build
	@./bin/faultline run topologies/trading-floor/scenarios/rp-death.yml

test:
	@scripts/test.sh

# The longer sets: not for every change. Hours on a small machine.
test-full: lab-kernel images
	@scripts/test.sh 'tests/full/**/*.test.ts'

lint:
	npx eslint . && npx prettier --check .

format:
	npx prettier --write .

bench: build
	npx tsx bench/read-capture.ts
	npx tsx bench/netns-up.ts
	npx tsx bench/sender-pacing.ts

# containerlab and netns side by side, with a Docker daemon that it starts and ends itself.
bench-containerlab:
	@scripts/with-containerlab.sh npx tsx bench/containerlab.ts

clean:
	rm -rf dist

# The kernel whose clock jumps over idle time, and the root folders of node images. Minutes the first time, into ~/.cache/faultline.
lab-kernel: build
	@./bin/faultline kernel build

images: build
	@./bin/faultline image build
	@./bin/faultline image docker --if-there

# The tests by the virtual clock, as a user without privileges.
test-virtual:
	@scripts/test-virtual.sh

# The tests on containerlab, with a Docker daemon that they start and end themselves.
test-containerlab:
	@scripts/test-containerlab.sh
