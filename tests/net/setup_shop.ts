/**
 * A shop that refuses whoever has none of its tokens, and runs of a file whose
 * setup logs in there.
 *
 * @module
 */
import { configOf, parseConfig } from "../../src/config/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { type SavedRun, startRun } from "../../src/run/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { until } from "../fixtures/until.ts";
import type { JourneyServer, Reply, Seen } from "./journeys.ts";

const SETUP = `
setup:
  base: BASE
  PROTOCOL
  EVERY
  headers: { x-app: shop }
  steps:
    - name: login
      post: /login
      json: { user: ann, password: secret-of-ann }
      capture: { token: { json: $.token } }
    - think: 5ms
    - name: me
      get: "/me/{{token}}"
      headers: { authorization: "Bearer {{token}}" }
`;
const TRAFFIC = `
targets:
  - name: search
    url: "BASE/search?token={{token}}"
    PROTOCOL
    headers: { authorization: "Bearer {{token}}" }
journeys:
  - name: buy
    base: BASE
    PROTOCOL
    steps:
      - name: cart
        post: /cart
        headers: { authorization: "Bearer {{token}}" }
        json: { token: "{{token}}" }
        capture: { cart: { json: $.cart } }
      - name: order
        put: "/orders/{{cart}}"
        headers: { authorization: "Bearer {{token}}" }
`;

/** What a run leaves behind, with all that anybody may read of it. */
export interface Ended {
  readonly end: Snapshot;
  readonly told: string;
  readonly warnings: readonly string[];
  readonly saved: SavedRun;
}

/** Runs a file to its end; `BASE` stands for the server's address. */
export async function run(
  yaml: string,
  { server, workers = 1, durationMs = 1000, isEnough, restore }: {
    readonly server: JourneyServer;
    readonly workers?: number;
    readonly durationMs?: number;
    /** Ends the run, however long it was to be. */
    readonly isEnough?: () => boolean;
    readonly restore?: SavedRun;
  },
): Promise<Ended> {
  const text = yaml.replaceAll("BASE", server.base) + `
controller: { base_tps: 60, max_tps: 60, ramp_up_duration: 0s, shutdown_timeout: 20s }
pattern: { poisson: { enabled: false }, noise: { enabled: false } }
health: { enabled: true, interval: 300ms }
limits: { max_lateness: 1m, capture_bytes: 1024 }
metrics: { enabled: false }
workers: ${workers}
`;
  const parsed = parseConfig(text, {
    file: "test.yaml",
    environment: () => undefined,
    systemZone: "UTC",
  });
  const plan = buildPlan(configOf(parsed), { drawSeed: () => 1 });
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const run = await startRun({
    ...{ plan, variables: {}, log },
    ...(isEnough === undefined && { durationMs }),
    ...(restore && { restore }),
  });
  if (isEnough !== undefined) {
    await until("enough has come", isEnough);
    run.drain();
  }
  const end = await run.finished;
  const saved = run.save();
  const told = JSON.stringify([lines, end, run.measured(), saved, plan]);
  return { end, told, warnings: end.warnings, saved };
}

/** The file. */
export function yamlOf(
  { traffic = TRAFFIC, protocol = "http", every = "" } = {},
): string {
  return (SETUP + traffic).replaceAll("PROTOCOL", `protocol: ${protocol}`)
    .replace("EVERY", every === "" ? "" : `every: ${every}`);
}

/** Gives a new token at each login, and knows all that it has given. */
export function shop(tokenOf = (login: number) => `token-number-${login}`) {
  const tokens: string[] = [];
  const reply = ({ line, headers, body }: Seen): Reply => {
    if (line === "POST /login") {
      const { password } = JSON.parse(body);
      if (password !== "secret-of-ann") return { status: 401 };
      if (headers["x-app"] !== "shop") return { status: 400 };
      tokens.push(tokenOf(tokens.length + 1));
      return { body: JSON.stringify({ token: tokens.at(-1) }) };
    }
    const given = `${headers.authorization}`.replace("Bearer ", "");
    // It says back what it should not.
    if (!tokens.includes(given)) return { status: 401, body: `not ${given}` };
    return { body: JSON.stringify({ cart: "c1" }) };
  };
  return { tokens, reply };
}
