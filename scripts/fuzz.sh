#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Fuzzes every parser for a while and writes a table: fuzz.sh SECONDS [REPORT [TARGET…]]
# A crash, a hang of 10 seconds or growth past 512 MB stops with the input saved under Fuzz/Crashers, which `make test`
# reads ever after.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=$1
report=${2:-/dev/stdout}
build=${FUZZ_BUILD:-.build/fuzz}
# The fuzzer brings a main of its own, and gold stumbles over its debug data.
PLINTH_FUZZ=1 swift build -c release --scratch-path $build --product plinth-fuzz \
    -Xswiftc -sanitize=fuzzer -Xswiftc -use-ld=lld -Xlinker --allow-multiple-definition
fuzz=$build/release/plinth-fuzz
targets=("${@:3}")
[ ${#targets[@]} -gt 0 ] || read -ra targets < <("$fuzz" | tail -1 || true)

# One target; as many at once as there are processors.
one() {
    local target=$1 log=$build/$1.log bad=no
    mkdir -p "$build/corpus/$target" "Fuzz/Crashers/$target"
    "$fuzz" "$target" -max_total_time="$seconds" -rss_limit_mb=512 -timeout=10 -max_len=65536 -print_final_stats=1 \
        -verbosity=1 -artifact_prefix="Fuzz/Crashers/$target/" "$build/corpus/$target" "Fuzz/Corpus/$target" >"$log" 2>&1 || bad=yes
    rmdir "Fuzz/Crashers/$target" 2>/dev/null || true
    stat() { sed -n "s/^stat::$1: *//p" "$log"; }
    local cover
    cover=$(grep -o 'cov: [0-9]*' "$log" | tail -1 | cut -d' ' -f2)
    printf '| %s | %s | %s | %s | %s | %s |\n' "$target" "$(stat number_of_executed_units)" \
        "$(stat average_exec_per_sec)" "$cover" "$(stat peak_rss_mb)" "$bad" >"$log.row"
    echo "$target: crashed, hung or grew: $bad" >&2
    [ $bad = no ]
}
export -f one
# The runtime's own report of a trap would come before libFuzzer saves the input.
export SWIFT_BACKTRACE=enable=no
export fuzz build seconds
failed=0
printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'one {}' || failed=1
{
    printf '# Fuzzing\n\nMade by `make fuzz SECONDS=%s`: libFuzzer, one process for each parser, at most 512 MB and 10 s for an input.\n\n' "$seconds"
    printf '| parser | inputs tried | a second | edges reached | peak MB | crash, hang or growth |\n| --- | --: | --: | --: | --: | --- |\n'
    for target in "${targets[@]}"; do cat "$build/$target.log.row"; done
} >"$build/report"
cat "$build/report" >"$report"
exit $failed
