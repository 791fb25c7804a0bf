#!/usr/bin/env bash
# run.sh [EXECUTIONS [TARGET…]]: fuzzes each reader that many times, from seeds cut from the demonstration and, where they are at
# hand (ERABI_SHARED), from real exports. What it finds lies in fuzz/artifacts; put it into a test before it is repaired.
set -euo pipefail
cd "$(dirname "$0")"
executions=${1:-1000000}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(cd fuzz_targets && ls | sed 's/\.rs$//')
for target in "${targets[@]}"; do
  corpus=corpus/$target
  mkdir -p "$corpus"
  samples=${ERABI_SHARED:-../../shared}/samples
  { find ../demo -maxdepth 1 -type f; [ ! -d "$samples" ] || find "$samples" -type f; } | while read -r file; do
    # workbooks only whole; of the rest the beginning holds enough
    case "$target/$file" in
      xlsx/*.xls*) [ "$(stat -c %s "$file")" -gt 40000 ] || cp -u "$file" "$corpus/" ;;
      xlsx/* | */*.xls*) ;;
      *) [ -e "$corpus/$(basename "$file")" ] || head -c 3000 "$file" > "$corpus/$(basename "$file")" ;;
    esac
  done
  echo "== $target"
  nice cargo +nightly fuzz run --release --sanitizer none "$target" "$corpus" -- \
    -runs="$executions" -max_len=4096 -rss_limit_mb=1024 -malloc_limit_mb=512 -timeout=10 -print_final_stats=1 2>&1 |
    grep -E "^(stat::number_of_executed_units|stat::slowest|==[0-9]|SUMMARY|artifact_prefix|thread|Done)|panicked|Test unit" || true
done
