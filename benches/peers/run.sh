#!/bin/sh
# Other deduplicators beside ours on the labelled sets, scored alike: run.sh FOLDER [SET…]. What cannot be installed is said and left out.
# One rule: every tool reads the same tables, with the people divided as our import divides them.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=${1:?the folder to work in}
shift
mkdir -p "$out" && out=$(cd "$out" && pwd)
ours="cargo bench --quiet --bench accuracy --manifest-path $here/../../Cargo.toml --"
$ours tables "$out/records" "$@" || exit 1
tools=erabi
if [ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"; then
    for package in "bib-dedupe" "splink<5"; do
        name=${package%%<*}
        if "$out/venv/bin/pip" install --quiet "$package"; then tools="$tools $name"; else echo "$name: could not be installed" >&2; fi
    done
else
    echo "bib-dedupe, splink: no Python with venv" >&2
fi
if cargo build --quiet --release --manifest-path "$here/biblib/Cargo.toml" --target-dir "$out/biblib"; then
    tools="$tools biblib"
else
    echo "biblib: could not be built" >&2
fi
# User and system CPU seconds of the children so far, into $cpu. `times` must not run in a subshell: that has no children.
spent() {
    times >"$out/times"
    cpu=$(tail -1 "$out/times" | sed 's/[ms]/ /g' | awk '{ print $1 * 60 + $2 + $3 * 60 + $4 }')
}
for tool in $tools; do
    mkdir -p "$out/$tool"
    for table in "$out"/records/*.csv; do
        set=$(basename "$table" .csv)
        spent
        before=$cpu
        case $tool in
            erabi) $ours clusters "$out/$tool" "$set" ;;
            biblib) "$out/biblib/release/peer-biblib" "$table" "$out/$tool/$set.csv" ;;
            *) "$out/venv/bin/python" "$here/peer.py" "$tool" "$table" "$out/$tool/$set.csv" >"$out/$tool/$set.log" 2>&1 ;;
        esac || echo "$tool failed on $set" >&2
        spent
        echo "$before $cpu" | awk '{ printf "%.2f\n", $2 - $1 }' >"$out/$tool/$set.time"
    done
done
$ours compare "$out" $tools
