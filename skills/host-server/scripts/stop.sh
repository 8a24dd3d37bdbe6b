#!/usr/bin/env bash
# Ends the party: stop.sh --yes. Without --yes it says what it would end.
set -euo pipefail
. "$(dirname "$0")/session.sh"

running=()
if is_running host maribro-host; then running+=("the host (process $(cat "$RUN_DIR/host.pid"))"); fi
if is_running tunnel "$(tunnel_program)"; then running+=("the tunnel (process $(cat "$RUN_DIR/tunnel.pid"))"); fi
if [ ${#running[@]} -eq 0 ]; then
  echo "Nothing runs."
  exit 0
fi
if [ "${1:-}" != --yes ]; then
  printf 'Would end %s.\n' "${running[@]}"
  echo "Do it with: stop.sh --yes"
  exit 1
fi
end host maribro-host
end tunnel "$(tunnel_program)"
rm -f "$RUN_DIR/tunnel.url"
printf 'Ended %s.\n' "${running[@]}"
