#!/usr/bin/env bash
# What cargo runs in place of rustc for this crate alone (RUSTC_WORKSPACE_WRAPPER): adds the counters that libFuzzer reads. Plain LLVM
# passes, so a stable compiler does; the crates that we use stay without, which makes an execution several times as fast. With
# FUZZ_COMPARE=1 comparisons are traced too: much slower, but constants in the code are found.
set -euo pipefail
flags=(-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=3 -Cllvm-args=-sanitizer-coverage-inline-8bit-counters
  -Cllvm-args=-sanitizer-coverage-pc-table -Cllvm-args=-simplifycfg-branch-fold-threshold=0)
[ "${FUZZ_COMPARE:-0}" = 0 ] || flags+=(-Cllvm-args=-sanitizer-coverage-trace-compares)
exec "$@" "${flags[@]}"
