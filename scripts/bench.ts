/**
 * kar beside the load generators found on PATH: the same server, the same
 * run, medians of several alternating rounds. Tells, and never gates.
 *
 *   deno task bench [--json] [--only NAME]
 */
import { parseArgs } from "node:util";
import { DISPATCHER, FORECAST, RECORD } from "./bench/engine.ts";
import { FETCH, OPEN_LOOP } from "./bench/openloop_rows.ts";
import { GRPC, HTTP1, HTTP2 } from "./bench/peers.ts";
import { isOnPath } from "./bench/process.ts";
import { type Row, table } from "./bench/rows.ts";
import { STARTUP } from "./bench/startup.ts";

const BENCHES = [
  RECORD,
  FORECAST,
  STARTUP,
  DISPATCHER,
  FETCH,
  HTTP1,
  HTTP2,
  GRPC,
  OPEN_LOOP,
];
const PEERS = ["wrk", "wrk2", "hey", "h2load", "oha", "k6", "vegeta"];

async function main(): Promise<void> {
  const { values } = parseArgs({
    args: Deno.args,
    options: { json: { type: "boolean" }, only: { type: "string" } },
  });
  const wanted = BENCHES.filter(({ name }) =>
    values.only === undefined || name === values.only
  );
  if (wanted.length === 0) {
    const names = BENCHES.map(({ name }) => name).join(", ");
    console.error(`bench: no benchmark "${values.only}"; there are ${names}`);
    Deno.exit(2);
  }
  const peers = new Set<string>();
  for (const peer of PEERS) if (await isOnPath(peer)) peers.add(peer);
  const around = {
    pinned: await isOnPath("taskset") && navigator.hardwareConcurrency > 1,
    peers,
    say: (line: string) => console.error(`  ${line}`),
  };
  console.error(`peers on PATH: ${[...peers].join(", ") || "none"}`);
  const rows: Row[] = [];
  for (const bench of wanted) rows.push(...await bench.run(around));
  console.log(values.json ? JSON.stringify(rows, null, 2) : table(rows));
}

await main();
