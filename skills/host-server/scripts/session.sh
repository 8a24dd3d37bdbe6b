# Shared by the scripts beside it; to be sourced. Works with bash 3.2, as macOS has it.
# What runs is kept in data/run: host.pid, host.log, host.args, tunnel.pid, tunnel.log, tunnel.url.

cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
RUN_DIR=${MARIBRO_RUN_DIR:-data/run}
mkdir -p "$RUN_DIR"

# Longest waits, in seconds.
START_WAIT=60
STOP_WAIT=15
TUNNEL_WAIT=60

fail() {
  echo "$*" >&2
  exit 1
}

# Whether the process of that name runs. A number that was given to another program since does not count.
is_running() {
  local pid
  pid=$(cat "$RUN_DIR/$1.pid" 2>/dev/null) || return 1
  kill -0 "$pid" 2>/dev/null && ps -o command= -p "$pid" 2>/dev/null | grep -q -- "${2:-$1}"
}

# Waits until a command succeeds, for so many seconds.
wait_until() {
  local left=$(($1 * 5))
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    sleep 0.2
  done
}

# The lobby's address, as the host printed it.
lobby_url() {
  sed -n 's/^Lobby: //p' "$RUN_DIR/host.log" 2>/dev/null | head -n 1 | grep .
}

health() {
  curl -sf -m 5 "$(lobby_url)api/health"
}

answers() {
  lobby_url >/dev/null && health >/dev/null
}

host_ended_or_answers() {
  answers || ! is_running host maribro-host
}

# Starts the host with the flags in host.args, a line each.
start_host() {
  local args=() line
  while IFS= read -r line; do args+=("$line"); done <"$RUN_DIR/host.args"
  if [ -s "$RUN_DIR/tunnel.url" ]; then args+=(--public-url "$(cat "$RUN_DIR/tunnel.url")"); fi
  nohup "${MARIBRO_HOST_BIN:-target/release/maribro-host}" ${args[@]+"${args[@]}"} >"$RUN_DIR/host.log" 2>&1 </dev/null &
  echo $! >"$RUN_DIR/host.pid"
  wait_until "$START_WAIT" host_ended_or_answers || fail "The host did not answer within $START_WAIT s. Its log: $RUN_DIR/host.log"
  answers || fail "The host ended at once: $(tail -n 3 "$RUN_DIR/host.log")"
}

gone() {
  ! kill -0 "$1" 2>/dev/null
}

# Ends what runs under that name, kindly first.
end() {
  local pid
  is_running "$1" "$2" || {
    rm -f "$RUN_DIR/$1.pid"
    return 0
  }
  pid=$(cat "$RUN_DIR/$1.pid")
  kill "$pid"
  wait_until "$STOP_WAIT" gone "$pid" || kill -9 "$pid"
  rm -f "$RUN_DIR/$1.pid"
}

# The program that a tunnel runs.
tunnel_program() {
  cat "$RUN_DIR/tunnel.program" 2>/dev/null || echo cloudflared
}
