#!/usr/bin/env bash
# Looks at everything. The last line is READY, or there is one ACTION_REQUIRED line per trouble.
set -euo pipefail
. "$(dirname "$0")/session.sh"

troubles=0
trouble() {
  echo "ACTION_REQUIRED: $*"
  troubles=$((troubles + 1))
}

# What stands behind "name": in flat JSON, without its quotes.
field() {
  printf '%s' "$report" | grep -oE "\"$1\":(\"[^\"]*\"|[a-z0-9.]+)" | head -n 1 | sed -E 's/^[^:]*://; s/"//g'
}

if ! is_running host maribro-host; then
  trouble "the host does not run: bash skills/host-server/scripts/start.sh"
elif ! report=$(health); then
  trouble "the host runs and does not answer at $(lobby_url): bash skills/host-server/scripts/restart.sh"
else
  echo "Host: $(lobby_url) version $(field version), $(field screens) screens, $(field games) games"
  if printf '%s' "$report" | grep -oE '"actors":\{[^}]*\}' | grep -q false; then
    trouble "a part of the host is down: bash skills/host-server/scripts/restart.sh"
  fi
  if [ "$(field stage)" = false ]; then
    trouble "no big screen is connected: open $(lobby_url) in Chrome or Chromium on this machine"
  fi
  problems=$(printf '%s' "$report" | grep -oE '"problems":\[[^]]*\]' | grep -oE '"[a-z_]+"' | grep -v problems || true)
  case $problems in
    *scores_not_saved*) trouble "scores cannot be saved: free some room for the data folder, or make it writable" ;;
  esac
  case $problems in
    *games_folder_unreadable*) trouble "the games folder cannot be read: look at its permissions" ;;
  esac
  if grep -qE '"level":"ERROR"| ERROR ' "$RUN_DIR/host.log"; then
    echo "The log has errors; the last one: $(grep -E '"level":"ERROR"| ERROR ' "$RUN_DIR/host.log" | tail -n 1)"
  fi
fi

if [ -s "$RUN_DIR/tunnel.url" ]; then
  url=$(cat "$RUN_DIR/tunnel.url")
  if ! is_running tunnel "$(tunnel_program)"; then
    trouble "the tunnel has ended: bash skills/host-server/scripts/stop.sh --yes, then start.sh --tunnel $(tunnel_program)"
  elif ! curl -sf -m 10 -o /dev/null "$url/api/health"; then
    trouble "the tunnel runs, but $url does not answer: wait a minute and look again; then restart it"
  else
    echo "Tunnel: $url"
  fi
fi

if [ "$troubles" -eq 0 ]; then
  echo "READY"
else
  exit 1
fi
