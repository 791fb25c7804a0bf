#!/usr/bin/env bash
# run.sh [EXECUTIONS [TARGET…]]: fuzzes each reader that many times with the stable toolchain of this repository, from the seeds kept here
# and, where they are at hand (ERABI_SHARED), from the beginnings of real exports. What it finds lies in fuzz/artifacts/TARGET; it becomes a
# test before it is repaired. MAX_LEN: bytes of an input (300). FUZZ_COMPARE=1: slower, finds more constants. What was run: README.md.
set -euo pipefail
cd "$(dirname "$0")"
executions=${1:-1000000}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd fuzz_targets && ls | sed 's/\.rs$//')
build=${CARGO_TARGET_DIR:-$PWD/target}
RUSTC_WORKSPACE_WRAPPER=$PWD/instrument.sh CARGO_TARGET_DIR=$build nice cargo build --release --quiet "${targets[@]/#/--bin=}"

samples=${ERABI_SHARED:-../../shared}/samples
failed=0
for target in "${targets[@]}"; do
  corpus=corpus/$target
  mkdir -p "$corpus" "artifacts/$target"
  { find ../demo -maxdepth 1 -type f; [ ! -d "$samples" ] || find "$samples" -type f; } | while read -r file; do
    # workbooks only whole; of the rest the beginning holds enough
    case "$target/$file" in
      xlsx/*.xls*) [ "$(stat -c %s "$file")" -gt 40000 ] || cp -u "$file" "$corpus/" ;;
      xlsx/* | */*.xls*) ;;
      recognise/*) [ -e "$corpus/$(basename "$file")" ] || head -c 600 "$file" > "$corpus/$(basename "$file")" ;;
    esac
  done
  seeds=()
  [ "$target" != recognise ] || seeds=(seeds/*/)
  [ ! -d "seeds/$target" ] || seeds=("seeds/$target")
  echo "== $target"
  status=0
  nice -n 15 "$build/release/$target" "$corpus" "${seeds[@]}" -dict="dict/$target.dict" -artifact_prefix="artifacts/$target/" \
    -runs="$executions" -max_len="${MAX_LEN:-300}" -len_control=0 -reduce_inputs=0 -entropic=0 \
    -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=10 -print_final_stats=1 > "artifacts/$target.log" 2>&1 || status=$?
  grep -aE "^(stat::number_of_executed_units|stat::average|stat::slowest|==[0-9]|SUMMARY)|DONE|panicked|Test unit" "artifacts/$target.log" || true
  [ "$status" = 0 ] || failed=1
done
exit "$failed"
