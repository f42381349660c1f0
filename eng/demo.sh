#!/usr/bin/env bash
# `make run`: a cluster on this machine and a pod in it, with the tools that a user has: etcdctl, podctl, a page fetched by
# HTTP. Stays up until Ctrl-C; with ONCE=1 deletes the pod again, sees it gone, and ends.
. "$(dirname "$0")/lib.sh"
cd "$root"

export ETCDCTL_API=3
etcd=http://127.0.0.1:$ETCD_PORT
state=$(mktemp -d "${TMPDIR:-/tmp}/reconciler-run-XXXXXX")
spec=/reconciler/specs/pods/default/hello
status=/reconciler/status/pods/default/hello
dev=

etcdctl() { command etcdctl --endpoints "$etcd" "$@"; }
podctl() { out/podctl --etcd "$etcd" "$@"; }
# The first field of that name in the status, which is JSON.
field() { etcdctl get --print-value-only "$status" | grep -o "\"$1\": *\(\"[^\"]*\"\|[0-9]*\)" | head -n 1 | sed 's/^[^:]*: *//; s/"//g' || true; }

# Ends the cluster, whatever happened; its state stays only where something went wrong.
end() {
    local code=$?
    trap '' INT TERM HUP
    end_step
    if [ -n "$dev" ]; then
        kill -TERM "$dev" 2>/dev/null || true
        wait "$dev" || code=$((code == 0 ? 1 : code))
    fi
    if [ "$code" -eq 0 ] || [ "$code" -eq 130 ]; then
        rm -rf "$state"
    else
        # Where nothing was started there is nothing to read.
        rmdir "$state" 2>/dev/null || say "The logs are in $state."
    fi
    exit "$code"
}
trap end EXIT
trap 'exit 130' INT TERM HUP

# await SECONDS "what" command…: until the command succeeds, the time is over, or the cluster ends.
await() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        kill -0 "$dev" 2>/dev/null || fail "The cluster ended while waiting: $what."
        [ "$SECONDS" -lt "$deadline" ] || fail "Waited in vain: $what."
        sleep 0.1
    done
}

say "== A cluster on this machine"
eng/demo-image.sh
out/podctl dev --state-dir "$state" --etcd-port "$ETCD_PORT" --mesos-port "$MESOS_PORT" --agent-port "$AGENT_PORT" \
    --http-port "$HTTP_PORT" &
dev=$!
cluster_ready() { [ -e "$state/ready" ]; }
until cluster_ready; do
    # What was wrong, podctl has said.
    kill -0 "$dev" 2>/dev/null || { wait "$dev" || code=$?; dev=; exit "${code:-1}"; }
    sleep 0.1
done

say ""
say "== A pod, put into etcd with etcdctl"
say "\$ etcdctl put $spec < crds-like-specs/examples/hello.yaml"
etcdctl put "$spec" <crds-like-specs/examples/hello.yaml
running() { [ "$(field phase)" = Running ]; }
await 60 "the status key to say Running" running

say ""
say "== Its page, on the port that Mesos offered"
url=http://$(field hostIP):$(field hostPort)/
fetch() { busybox wget -q -O - "$url" 2>/dev/null; }
fetched() { fetch >"$state/page"; }
say "\$ wget -O - $url"
await 15 "the page at $url" fetched
cat "$state/page"

say ""
say "== What podctl sees"
say "\$ podctl get pods"
podctl get pods

if [ "${ONCE:-}" = 1 ]; then
    say ""
    say "== And away again"
    container=$(field containerID)
    container=${container#docker://}
    [ -n "$container" ] || fail "The status names no container."
    say "\$ etcdctl del $spec"
    etcdctl del "$spec"
    status_gone() { [ -z "$(etcdctl get --keys-only "$status")" ]; }
    container_gone() { ! docker inspect "$container" >/dev/null 2>&1; }
    await 60 "the status key to go" status_gone
    await 60 "the container to go" container_gone
    say "Status and container are gone."
    exit 0
fi

say ""
say "== It stays up until Ctrl-C. Try next, in a second terminal:"
at=
[ "$ETCD_PORT" = 2379 ] || at=" --etcd $etcd"
say "    ETCDCTL_API=3 etcdctl --endpoints $etcd watch --prefix /reconciler/status/     what happens, as programs see it"
say "    out/podctl$at watch pods                                  the same for people"
say "    out/podctl$at describe pod hello                          everything about the pod"
say "    out/podctl$at apply -f crds-like-specs/examples           more examples"
say "    out/podctl$at delete pod hello                            and away again"
wait "$dev" || true
dev=
fail "The cluster ended by itself."
