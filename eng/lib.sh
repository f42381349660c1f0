# What the scripts of this folder share. Sourced, not run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Debian puts dockerd into /usr/sbin, which is in nobody's PATH but root's.
PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# step "What is done" LOG command…: runs a long command with its output in LOG. A terminal sees the seconds pass, a log file
# gets a line now and then; if the command fails, the end of its output is shown.
step_pid=
end_step() { [ -z "$step_pid" ] || kill "$step_pid" 2>/dev/null || true; }
trap 'end_step; exit 130' INT
trap 'end_step; exit 143' TERM

step() {
    local what=$1 log=$2 start=$SECONDS pid status=0 told=0
    shift 2
    mkdir -p "$(dirname "$log")"
    [ -t 1 ] || printf '%s …\n' "$what"
    "$@" >"$log" 2>&1 &
    pid=$!
    # What runs in the background of a script does not hear Ctrl-C: it is told.
    step_pid=$pid
    while kill -0 "$pid" 2>/dev/null; do
        if [ -t 1 ]; then
            printf '\r%s … %d s' "$what" $((SECONDS - start))
        elif [ $(((SECONDS - start) / 20)) -gt "$told" ]; then
            told=$(((SECONDS - start) / 20))
            printf '%s … %d s\n' "$what" $((SECONDS - start))
        fi
        sleep 0.2
    done
    wait "$pid" || status=$?
    step_pid=
    [ -t 1 ] && printf '\r'
    if [ "$status" -ne 0 ]; then
        printf '%s: failed after %d s; the end of %s:\n' "$what" $((SECONDS - start)) "$log" >&2
        tail -n 40 "$log" >&2
        return "$status"
    fi
    printf '%s: done, %d s\n' "$what" $((SECONDS - start))
}

docker_answers() { docker version >/dev/null 2>&1; }
