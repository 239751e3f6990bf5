# The doors of the project. `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
# Tools that set-up had to bring along (Node on older Debian, the tests' Python packages) stand here, not in the system.
TOOLS := $(CURDIR)/.tools
export PATH := $(PATH):$(TOOLS)/go/bin
export PATH := $(TOOLS)/node/bin:$(TOOLS)/bin:$(PATH)

WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/tests/*' -not -name README.md)

.PHONY: help setup setup-tests web build dist docs demo test test-fleet chaos soak bench fuzz lint sbom sanitize reproducible fmt clean
.DEFAULT_GOAL := help

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what building and running desktops needs (Debian packages; needs root or sudo only when something is missing)
	@deploy/setup.sh

setup-tests: ## Install what the tests need beside that
	@deploy/setup.sh --tests

web: setup web/dist/view/index.html ## Build the live view and the API reference page

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch $@

web/dist/view/index.html: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run --silent build
	@touch $@

build: web ## Build the binary, target/release/nen
	cargo build --release --locked

dist: web ## Build the binary to give to others, target/dist/nen: the same bytes wherever it is built
	deploy/dist.sh

docs: ## Build the documentation, docs/book/index.html
	@deploy/setup.sh --docs
	$(TOOLS)/docs/bin/mdbook build docs

demo: build ## Create a desktop, do a task on it, check what arrived; pictures go to demo-output/
	target/release/nen demo

test: setup-tests build ## Run every test: unit, both databases, wire vectors, end to end, the pages in a browser, the documentation
	@tests/run.sh

test-fleet: setup-tests build ## Run the suites of desktops and runs on each driver: this machine, containers of rootless Podman
	@deploy/setup.sh --tests --fleet
	@tests/fleet.sh $(DRIVERS)

chaos: setup-tests build ## Kill servers and workers at every bad moment of a run, ROUNDS=20 times each, and at random ones, MINUTES=5 each
	NEN_CHAOS_ROUNDS=$(or $(ROUNDS),20) NEN_CRASH_SECONDS=$$((60 * $(or $(MINUTES),5))) cargo test --release --locked --workspace --test chaos
	NEN_CRASH_SECONDS=$$((60 * $(or $(MINUTES),5))) tests/with-postgres.sh cargo test --release --locked --workspace --test chaos crash::

soak: setup-tests build ## Use DESKTOPS=40 desktops for MINUTES=30, some of them dying: no error, flat memory
	NEN_SOAK_MINUTES=$(or $(MINUTES),30) NEN_SOAK_DESKTOPS=$(or $(DESKTOPS),40) cargo test --release --locked --workspace --test soak -- --nocapture

# BENCH passes options on: make bench BENCH='--only actions'.
bench: build ## Measure Nen beside its peers on one desktop, 17 minutes; needs root; writes bench/RESULTS.md
	cargo build --release --locked -p nen-screen --example png-balanced
	cargo build --release --locked -p nen-runs --example webhook-throughput
	bench/run $(BENCH)

fuzz: setup-tests build ## Feed parsers, encoders and the API what nobody thought of, SECONDS_EACH=60 for each target
	fuzz/run.sh

lint: setup-tests web ## Check format, lints, types and licences
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings
	cargo clippy --locked --workspace --test '*' -- -D warnings
	cd web && npm run --silent check
	sdks/lint.sh
	@deploy/cargo-deny.sh check bans licenses sources
	@deploy/check-units.sh

sbom: web ## List what Nen is made of as CycloneDX, target/sbom
	deploy/sbom.sh

sanitize: setup-tests ## Run the tests of crates with unsafe code under the address sanitizer; needs a nightly compiler
	deploy/sanitize.sh

reproducible: web ## Build the binary twice in different folders and compare the bytes; two whole builds
	deploy/reproducible.sh

fmt: ## Format the Rust code
	cargo fmt --all

clean: ## Remove everything that was built or brought along
	cargo clean
	rm -rf web/dist web/node_modules docs/book .tools demo-output test-output
	rm -rf tests/clients/node_modules sdks/javascript/node_modules sdks/javascript/dist sdks/javascript/build
