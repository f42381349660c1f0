#!/usr/bin/env bash
# test.sh [PROJECT…]: builds and runs test projects (folders of tests/; all, where none is named), one after another, and
# closes with `N passed, N failed`. Fails on a failed test, and where a project ran none: silence proves nothing.
. "$(dirname "$0")/lib.sh"
cd "$root"

results=$root/out/test-results
rm -rf "$results"
mkdir -p "$results"

projects=("$@")
if [ "${#projects[@]}" -eq 0 ]; then
    for file in tests/*/*.csproj; do
        name=$(basename "$file" .csproj)
        # Tools of the tests, without tests of their own.
        case $name in Testing | Benchmarks) ;; *) projects+=("$name") ;; esac
    done
    step "Building the tests" out/log/build-tests.log dotnet build Reconciler.sln -c Release --nologo -v quiet
else
    for name in "${projects[@]}"; do
        step "Building $name" "out/log/build-$name.log" dotnet build "tests/$name" -c Release --nologo -v quiet
    done
fi

counter() { sed -n "s/.*<Counters [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

passed=0 failed=0 broken=()
for name in "${projects[@]}"; do
    start=$SECONDS status=0 trx=$results/$name.trx
    dotnet test "tests/$name/bin/Release/net10.0/$name.dll" --nologo \
        --logger "trx;LogFileName=$name.trx" --results-directory "$results" >"$results/$name.log" 2>&1 || status=$?
    ran=0 good=0
    if [ -f "$trx" ]; then ran=$(counter "$trx" total) good=$(counter "$trx" passed); fi
    printf '%-20s %4d passed, %d failed, %d s\n' "$name" "$good" $((ran - good)) $((SECONDS - start))
    passed=$((passed + good)) failed=$((failed + ran - good))
    if [ "$ran" -eq 0 ]; then
        broken+=("$name ran no test")
    elif [ "$status" -ne 0 ] && [ "$ran" -eq "$good" ]; then
        broken+=("$name ended with status $status though no test failed")
    fi
    if [ "$status" -ne 0 ] || [ "$ran" -eq 0 ]; then
        grep -v '^ *Passed ' "$results/$name.log" | tail -n 300 | sed 's/^/    /'
    fi
done

for what in "${broken[@]}"; do say "Broken: $what."; done
say ""
say "$passed passed, $((failed + ${#broken[@]})) failed"
[ "$passed" -gt 0 ] && [ "$failed" -eq 0 ] && [ "${#broken[@]}" -eq 0 ]
