#!/usr/bin/env bash
# Everything that CI runs, in order, stopping at the first thing that fails. `suite.sh rust|web|browser` runs one part.
set -euo pipefail
cd "$(dirname "$0")/../.."
part=${1:-all}
step() { printf '\n== %s\n' "$*"; }
wants() { [ "$part" = all ] || [ "$part" = "$1" ]; }

step "tools"
tests/tools/install.sh

step "front end: packages and build"
[ -d web/node_modules ] && [ web/node_modules -nt web/package-lock.json ] || (cd web && npm ci --no-audit --no-fund && touch node_modules)
(cd web && npm run --silent build)

if wants web; then
  step "front end: types and tests"
  (cd web && npm run --silent check && npm run --silent test)
fi

if wants rust; then
  step "formatting and lints"
  cargo fmt --all --check
  cargo clippy --workspace --all-targets --quiet -- -D warnings
  step "tests on SQLite"
  cargo test --workspace
  step "tests on PostgreSQL"
  pg=$(mktemp -d)
  chmod 755 "$pg"
  trap 'tests/tools/pg-temp.sh stop "$pg/cluster" 2>/dev/null; rm -rf "$pg"' EXIT
  ERABI_TEST_DATABASE=$(tests/tools/pg-temp.sh start "$pg/cluster") cargo test --test it
fi

if wants browser; then
  step "browser tests against the real binary"
  cargo build --quiet
  (cd web && npm run --silent browser)
fi

step "all is well"
