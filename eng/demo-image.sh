#!/usr/bin/env bash
# Makes the image reconciler-demo/hello:1 out of Debian's static busybox; no registry is reached. Made once a machine.
. "$(dirname "$0")/lib.sh"

image=reconciler-demo/hello:1
busybox=$(command -v busybox)
stamp=$(sha256sum "$busybox" "${BASH_SOURCE[0]}" | sha256sum | cut -c 1-16)
[ "$(docker image inspect --format '{{index .Config.Labels "reconciler.demo"}}' "$image" 2>/dev/null)" != "$stamp" ] || exit 0

tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{bin,etc,tmp,www}
cp "$busybox" "$tree/bin/busybox"
for applet in $("$busybox" --list); do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
done
echo 'root:x:0:0:root:/:/bin/sh' >"$tree/etc/passwd"
cat >"$tree/www/index.html" <<'PAGE'
<!doctype html>
<title>hello</title>
<h1>Hello from a pod</h1>
<p>Put into etcd, placed on Mesos, run by Docker.</p>
PAGE
tar -C "$tree" --owner=0 --group=0 -c . |
    docker import --change 'ENV PATH=/bin' --change 'CMD ["/bin/sh"]' --change "LABEL reconciler.demo=$stamp" - "$image" >/dev/null
