#!/usr/bin/env bash
# Each verdict once, as CI meets it: a server that is good, slow, failing or
# absent, and the code that kar ends with. Prints what fell short.
#
#   KAR    how kar is called, from the project's folder
#   PORT   where the servers listen, one after the other
set -u
work=$(mktemp -d)
server=
trap 'kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
short=0

cat >"$work/kar.yaml" <<YAML
targets: [{ name: api, url: "http://127.0.0.1:$PORT/api/health", timeout: 30s }]
controller: { base_tps: 100, max_tps: 200, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
limits: { max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
tolerate: 100%
YAML

cat >"$work/journeys.yaml" <<YAML
journeys:
  - name: visit
    base: "http://127.0.0.1:$PORT"
    steps:
      - { name: home, get: /api/health, timeout: 30s }
      - { name: lost, get: /api/no-such-page }
controller: { base_tps: 50, max_tps: 100, ramp_up_duration: 0s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
limits: { max_lateness: 10s }
health: { enabled: false }
metrics: { enabled: false }
YAML

serve() {
  $KAR echo --port "$PORT" "$@" >/dev/null 2>&1 &
  server=$!
  for _ in $(seq 1200); do
    (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null && return
    sleep 0.05
  done
}

unserve() {
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
}

# ends CODE WHAT FLAG...: a run with these flags ends with a code
ends() {
  local code=$1 what=$2
  shift 2
  $KAR run --config "$work/kar.yaml" --duration 1s --quiet "$@" \
    >"$work/out" 2>"$work/err"
  local came=$?
  [ "$came" -eq "$code" ] && return
  echo "$what: ended with $came, not with $code"
  cat "$work/out" "$work/err"
  short=1
}

ends 6 "absent" --threshold 'errors < 1%'
ends 6 "absent, journeys alone" --config "$work/journeys.yaml"
ends 2 "wrong threshold" --threshold 'errors < 1'

serve
ends 0 "good" --threshold 'errors < 1%' --threshold 'response.p50 < 30s'
ends 0 "good, nothing asked"
ends 7 "journeys alone, answered, and none at its end" \
  --config "$work/journeys.yaml"
ends 0 "journeys alone, some of whose steps may fail" \
  --config "$work/journeys.yaml" --set 'journeys.0.steps.1.ok=[404]'
ends 9 "too few to say" --threshold 'response.p99.9 < 1s'
ends 0 "too few, and allowed" --threshold 'response.p99.9 < 1s' --allow-unknown
ends 9 "nothing due" --set controller.base_tps=0 --threshold 'sent >= 0'
ends 0 "nothing due, nothing asked" --set controller.base_tps=0
ends 0 "warned only" --threshold 'sent > 1000000 -> warn'
unserve

serve --latency 300ms
ends 7 "slow" --threshold 'response.p50 < 100ms'
ends 10 "slow, and stopped" --duration 30s \
  --threshold 'response.p50 < 100ms over 1s -> stop'
ends 8 "kar held back" --set limits.in_flight=1 --threshold 'achieved >= 99%'
unserve

serve --error-share 100%
ends 7 "failing, nothing asked"
ends 7 "failing" --threshold 'errors < 1%' --out "junit=$work/junit.xml" \
  --out "md=$work/summary.md"
# A run that a signal ends is judged as well.
$KAR run --config "$work/kar.yaml" --duration 60s \
  --threshold 'errors < 1%' >"$work/out" 2>"$work/err" &
run=$!
for _ in $(seq 1200); do
  grep -q " · sent [1-9]" "$work/err" && break
  sleep 0.05
done
kill -TERM "$run"
wait "$run"
came=$?
[ "$came" -eq 7 ] || {
  echo "ended by a signal: ended with $came, not with 7"
  cat "$work/err"
  short=1
}
grep -q '<failure message="was 100%">' "$work/junit.xml" || short=1
grep -q '^| NOT KEPT | `errors < 1%` | was 100% |$' "$work/summary.md" || short=1
unserve

exit "$short"
