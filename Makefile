# Erabi. `make demo` and `make test` do all their own set-up; `make help` lists the rest.
SHELL := /bin/bash
LISTEN ?= 127.0.0.1:7310
BIN := $(or $(CARGO_TARGET_DIR),target)/release/erabi

.DEFAULT_GOAL := help
.PHONY: help demo run build static windows web test check bench peers fmt openapi screenshots clean

help: ## What can be done
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: build ## Build everything, make the demonstration review in var/demo and serve it
	$(BIN) demo --data var/demo --listen $(LISTEN)

run: build ## Build everything and serve; the first visit creates the first administrator
	$(BIN) serve --data var --listen $(LISTEN)

build: web ## Build the front end and the release binary with it inside
	cargo build --release

static: web ## Build a release binary that needs no C library: for any Linux (wants musl-tools and rustup's target)
	cargo build --release --target x86_64-unknown-linux-musl

windows: web ## Build erabi.exe on Linux (wants gcc-mingw-w64-x86-64 and rustup's target)
	cargo build --release --target x86_64-pc-windows-gnu

web: web/dist/index.html ## Build the front end

# only when something of it changed: the binary is built again with it
web/dist/index.html: web/node_modules $(shell find web/src web/public web/build -type f) $(wildcard web/*.*)
	cd web && npm run --silent build

web/node_modules: web/package-lock.json
	cd web && npm ci --no-audit --no-fund
	@touch web/node_modules

test: ## Everything CI runs: lints, Rust tests on SQLite and PostgreSQL, front-end checks, browser tests
	tests/tools/suite.sh

check: ## The quick part: formatting, lints, Rust tests on SQLite
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	cargo test --workspace

bench: build ## Measure: reading, deduplication, import to index, twelve reviewers at once
	cargo run --release --quiet --example load
	cargo bench --bench dedup --bench kernels --bench readers

peers: ## Other deduplicators beside ours on the labelled sets (ERABI_SHARED; fetches them into var/peers)
	cargo run --release --quiet --locked --manifest-path benches/pure/Cargo.toml --target-dir var/peers/ours --bin accuracy -- peers

openapi: ## Write the OpenAPI document and the TypeScript types that follow from it
	cargo run --quiet -- openapi > web/openapi.json
	cd web && npm run --silent api

screenshots: ## Take the pictures of docs/screenshots again
	cd web && npm run --silent screenshots

fmt: ## Format everything
	cargo fmt --all
	cd web && npm run --silent fmt

clean: ## Remove what was built (never what was stored in var/)
	cargo clean
	rm -rf web/dist web/node_modules
