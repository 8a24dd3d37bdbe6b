#!/usr/bin/env bash
# Starts the party so that it outlives this shell: start.sh [--tunnel cloudflared|ngrok] [flags of maribro-host …]
set -euo pipefail
. "$(dirname "$0")/session.sh"

tunnel=
if [ "${1:-}" = --tunnel ]; then
  tunnel=${2:-}
  shift 2 || fail "--tunnel needs a program: cloudflared or ngrok"
  case $tunnel in cloudflared | ngrok) ;; *) fail "--tunnel knows cloudflared and ngrok, not $tunnel" ;; esac
  command -v "$tunnel" >/dev/null || fail "$tunnel is not installed. 'maribro doctor --role host' says how."
fi

if is_running host maribro-host; then
  fail "The party runs already, at $(lobby_url). Restart it with restart.sh, end it with stop.sh --yes."
fi

if [ -z "${MARIBRO_HOST_BIN:-}" ]; then
  echo "Building …"
  cargo build --release --locked -q -p maribro-host
  # Pads of the browser work without the daemon.
  cargo build --release --locked -q -p maribro-input || echo "The input daemon cannot be built here; the browser's pads work without it."
fi

: >"$RUN_DIR/host.args"
port=8000
before=
for arg in "$@"; do
  printf '%s\n' "$arg" >>"$RUN_DIR/host.args"
  if [ "$before" = --port ]; then port=$arg; fi
  case $arg in --port=*) port=${arg#--port=} ;; esac
  before=$arg
done

rm -f "$RUN_DIR/tunnel.url"
if [ -n "$tunnel" ]; then
  if is_running tunnel "$(tunnel_program)"; then end tunnel "$(tunnel_program)"; fi
  echo "$tunnel" >"$RUN_DIR/tunnel.program"
  case $tunnel in
    cloudflared) nohup cloudflared tunnel --no-autoupdate --url "http://localhost:$port" >"$RUN_DIR/tunnel.log" 2>&1 </dev/null & ;;
    ngrok) nohup ngrok http --log stdout "$port" >"$RUN_DIR/tunnel.log" 2>&1 </dev/null & ;;
  esac
  echo $! >"$RUN_DIR/tunnel.pid"
  tunnel_named() {
    # In the line that announces it, nowhere else: these programs also print what strangers asked them for.
    grep -E '[|] +https://[a-z0-9-]+\.trycloudflare\.com +[|]$|msg="started tunnel"' "$RUN_DIR/tunnel.log" |
      grep -oE 'https://[a-z0-9-]+\.(trycloudflare\.com|ngrok(-free)?\.(app|dev|io))' | head -n 1 >"$RUN_DIR/tunnel.url"
    [ -s "$RUN_DIR/tunnel.url" ] || ! is_running tunnel "$tunnel"
  }
  wait_until "$TUNNEL_WAIT" tunnel_named || true
  [ -s "$RUN_DIR/tunnel.url" ] || {
    end tunnel "$tunnel"
    fail "The tunnel told no address within $TUNNEL_WAIT s: $(tail -n 3 "$RUN_DIR/tunnel.log")"
  }
fi

start_host
grep -E '^(Lobby|Join): ' "$RUN_DIR/host.log" || true
if [ -s "$RUN_DIR/tunnel.url" ]; then echo "Tunnel: $(cat "$RUN_DIR/tunnel.url")"; fi
echo "Log: $RUN_DIR/host.log"
