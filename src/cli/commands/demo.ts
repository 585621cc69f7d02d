import { EXIT, formatDuration, KarError, SLOT_MS } from "../../base/mod.ts";
import {
  type EchoPorts,
  type EchoStats,
  startEchoInWorker,
} from "../../echo/mod.ts";
import { startRun } from "../../run/mod.ts";
import { follow, type Observer, Observers } from "../../observer/mod.ts";
import { EventLog, type Pattern, Traffic } from "../../pattern/mod.ts";
import { type ProtocolName, protocolOf } from "../../protocol/mod.ts";
import type { Snapshot } from "../../stats/mod.ts";
import { checkAnswered } from "../follow/conclude.ts";
import { openLiveView } from "../follow/live.ts";
import { parseText, planOf } from "../load_plan.ts";
import { terminalCapsOf } from "../../report/mod.ts";
import { type System, textColumns } from "../system.ts";
import { demoText } from "../text/demo_text.ts";
import { StatusLines } from "../follow/status_lines.ts";

const DURATION_MIN_MS = 5000;
const DURATION_MAX_MS = 3_600_000;
/** The spike comes after about this share of the demo, or after `LEAD_MAX_MS`. */
const LEAD_SHARE = 0.4;
const LEAD_MAX_MS = 10_000;
/** Seeds that are tried; about one in ten has a spike where it is wanted. */
const SEEDS_MAX = 10_000;

/** What `kar demo` takes; durations in milliseconds. */
export interface DemoFlags {
  readonly duration: number;
  readonly protocol: ProtocolName;
  /** A shop with login, browsing and paying, instead of single requests. */
  readonly journey?: boolean | undefined;
}

/** Health checks stay off: they would be in the server's count and not in kar's. */
const TRAFFIC = `
controller:
  base_tps: 100
  max_tps: 500
  ramp_up_duration: 2s
pattern:
  poisson: { lambda: 0.1, spike_factor: 3, ramp_up: 1s, ramp_down: 4s }
  noise: { amplitude: 0.15 }
health: { enabled: false }
metrics: { enabled: false }
`;

/** `kar demo`: the sample server and a short run against it, in one process. */
export async function demo(system: System, flags: DemoFlags): Promise<number> {
  checkDuration(flags.duration);
  const server = await startEchoInWorker({ port: 0, grpcPort: 0 });
  try {
    const snapshot = await runAgainst(system, server.ports, flags);
    const counted = ownCount(await server.stats());
    print(system, snapshot, counted);
    checkAnswered(snapshot);
    return EXIT.done;
  } finally {
    await server.shutdown();
  }
}

function print(system: System, snapshot: Snapshot, counted: number): void {
  const { stdout, env } = system;
  const caps = terminalCapsOf(env, stdout.isTerminal);
  const width = textColumns(system);
  stdout.paint(demoText(snapshot, { ...caps, counted, width }));
}

function checkDuration(durationMs: number): void {
  if (durationMs >= DURATION_MIN_MS && durationMs <= DURATION_MAX_MS) return;
  throw new KarError(
    "usage",
    `--duration ${formatDuration(durationMs)}: the demo takes from ${
      formatDuration(DURATION_MIN_MS)
    } to ${formatDuration(DURATION_MAX_MS)}`,
  );
}

async function runAgainst(
  system: System,
  ports: EchoPorts,
  { duration: durationMs, protocol, journey }: DemoFlags,
): Promise<Snapshot> {
  const text = (journey ? shopOf(ports) : targetsOf(protocol, ports)) + TRAFFIC;
  const parsed = parseText(system, { text, file: "demo" });
  const { plan: { pattern } } = planOf(system, parsed);
  // Plan time is the clock's: nobody is to wonder about two of them.
  const startMs = Math.floor(system.wallMs() / SLOT_MS) * SLOT_MS;
  const seed = seedWithSpike(pattern, { startMs, durationMs });
  const { plan } = planOf(system, parsed, { seed });
  const observers = new Observers(system);
  observers.add(await viewerOf(system));
  const options = { plan, variables: {}, startMs, durationMs };
  const starting = startRun({ ...options, log: observers.say });
  const { onStopSignal } = system;
  return await follow(starting, { observers, onStopSignal });
}

function targetsOf(protocol: ProtocolName, ports: EchoPorts): string {
  if (protocolOf(protocol).request === "call") {
    const url = `http://127.0.0.1:${ports.grpc}`;
    return `
targets:
  - { name: health, url: "${url}", protocol: grpc, weight: 70 }
  - name: echo
    url: "${url}"
    protocol: grpc
    grpc: { method: kar.v1.Echo/Echo, message: { text: from kar demo } }
    weight: 30
`;
  }
  const url = `http://127.0.0.1:${ports.http}/api`;
  return `
targets:
  - { name: health, url: "${url}/health", protocol: ${protocol}, weight: 60 }
  - { name: users, url: "${url}/users", protocol: ${protocol}, weight: 30 }
  - name: echo
    url: "${url}/echo"
    protocol: ${protocol}
    method: POST
    headers: { content-type: application/json }
    body: '{"from": "kar demo"}'
    weight: 10
`;
}

/** What visitors of a shop do: as a user would write it. */
function shopOf({ http }: EchoPorts): string {
  return `
targets:
  - { name: home, url: "http://127.0.0.1:${http}/api/health", weight: 60 }
journeys:
  - name: buy
    weight: 40
    base: http://127.0.0.1:${http}
    steps:
      - name: login
        post: /login
        json: { user: "user{{int 1 1000}}" }
        capture: { token: { json: $.token } }
      - think: { mean: 500ms }
      - name: browse
        get: "/api/users?page={{int 1 40}}"
        repeat: { int: [1, 4] }
        think: { mean: 300ms }
      - name: cart
        post: /cart
        headers: { authorization: "Bearer {{token}}" }
        json: { item: "{{hex 8}}", quantity: "{{int 1 9}}" }
      - name: pay
        probability: 0.3
        post: /orders
        headers: { authorization: "Bearer {{token}}" }
`;
}

async function viewerOf(system: System): Promise<Observer> {
  return system.terminal === null
    ? new StatusLines(system)
    : await openLiveView(system);
}

/**
 * The first seed, from the pattern's own on, whose traffic has a spike in the
 * midst of a span. Seeds are searched for one; no plan is bent to have one.
 */
export function seedWithSpike(
  pattern: Pattern,
  { startMs, durationMs }: {
    readonly startMs: number;
    readonly durationMs: number;
  },
): number {
  const leadMs = Math.min(durationMs * LEAD_SHARE, LEAD_MAX_MS);
  const [fromMs, toMs] = [0.75, 1.25].map((share) => startMs + share * leadMs);
  for (let i = 0; i < SEEDS_MAX; i++) {
    const seed = pattern.seed + i;
    const traffic = new Traffic([{ ...pattern, seed }], new EventLog());
    if (traffic.spikesBetween(fromMs!, toMs!, 1).length > 0) return seed;
  }
  throw new Error("Invariant broken: one of so many seeds has a spike");
}

/** What the server counted, less the question which methods it has. */
function ownCount({ routes }: EchoStats): number {
  return routes.filter(({ path }) => !path.startsWith("/grpc.reflection."))
    .reduce((sum, { count }) => sum + count, 0);
}
