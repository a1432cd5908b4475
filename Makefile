# `make run` and `make test` are all that a fresh Debian 12 machine needs; each begins with Scripts/setup.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# Swift as swiftly installs it, where the machine has no other.
export PATH := $(PATH):$(or $(SWIFTLY_BIN_DIR),$(HOME)/.local/share/swiftly/bin)

PORT ?= 8000

.PHONY: help setup run test test-full bench format lint release clean

help: ## say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## install what a build needs, once
	@Scripts/setup

run: setup ## build, and serve on http://127.0.0.1:8000 (PORT=8000)
	@swift build --product hedgerow
	@exec "$$(swift build --show-bin-path)/hedgerow" serve --port $(PORT)

test: ## lint, build once, run every suite, print the coverage
	@Scripts/test

test-full: ## and the sanitizers, the long suites and a release in a bare Debian
	@Scripts/test --full

bench: setup ## measure against the service that it replaces (QUICK=1 for a short run)
	@Scripts/setup --bench
	@Benchmarks/run $(if $(QUICK),--quick)

format: ## rewrite Swift files in the house format
	@swift format --in-place --parallel --recursive Package.swift Sources Tests

lint: setup ## check format, house rules and the direction of imports
	@Scripts/lint
	@Scripts/check-arrows

release: setup ## a folder dist/ that runs wherever it is copied
	@Scripts/release

clean: ## remove what was built
	@rm -rf .build dist
