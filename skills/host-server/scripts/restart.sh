#!/usr/bin/env bash
# Restarts the host with the flags that it was started with. A tunnel goes on, so its address stays.
set -euo pipefail
. "$(dirname "$0")/session.sh"

[ -f "$RUN_DIR/host.args" ] || fail "Nothing was started here yet: use start.sh."
end host maribro-host
if [ -s "$RUN_DIR/tunnel.url" ] && ! is_running tunnel "$(tunnel_program)"; then
  rm -f "$RUN_DIR/tunnel.url"
  echo "The tunnel had ended; start it anew with stop.sh --yes and start.sh --tunnel $(tunnel_program)."
fi
start_host
grep -E '^(Lobby|Join): ' "$RUN_DIR/host.log" || true
if [ -s "$RUN_DIR/tunnel.url" ]; then echo "Tunnel: $(cat "$RUN_DIR/tunnel.url")"; fi
