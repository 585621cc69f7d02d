import { assert } from "../../src/base/mod.ts";
import type { ProtocolName } from "../../src/protocol/mod.ts";
import type { ClosedLoop, ClosedLoopResult } from "./closed_loop.ts";
import { median, ROOT, script } from "./process.ts";
import {
  atMost,
  type Bench,
  type BenchSurroundings,
  plain,
  type Row,
} from "./rows.ts";
import { startTarget } from "./servers.ts";
import type { FieldCount } from "./varying.ts";

const ROUNDS = 7;
const SECONDS = 2;
/** Of requests of HTTP, and of messages of gRPC. */
const COUNTS: readonly FieldCount[] = [0, 3, 8];
const GRPC_COUNTS: readonly FieldCount[] = [0, 4];
/** What fields may cost a request, µs of CPU. */
const GOALS: Readonly<Record<FieldCount, number>> = {
  ...{ 0: 0, 3: 1, 4: 0.5, 8: 1.5 },
};

/** What fields cost, beside fixed requests of the same length in the same rounds. */
export const FIELDS: Bench = {
  name: "fields",
  about:
    "what three and eight fields cost a request, HTTP/1.1 and HTTP/2, and four a gRPC message",
  async run(around) {
    const target = await startTarget(around.pinned);
    const { http, h2c, name } = target;
    try {
      const rows = await cost(around, { url: http, protocol: "http" }, COUNTS);
      if (h2c === null) return rows;
      rows.push(...await cost(around, { url: h2c, protocol: "http2" }, COUNTS));
      // kar's own server takes longer for a call than the client, whose cost is
      // then that of waiting.
      if (name !== "nginx") return rows;
      const url = new URL(h2c).origin;
      return [
        ...rows,
        ...await cost(around, { url, protocol: "grpc" }, GRPC_COUNTS),
      ];
    } finally {
      await target.stop();
    }
  },
};

async function cost(
  { pinned, say, options }: BenchSurroundings,
  target: { readonly url: string; readonly protocol: ProtocolName },
  counts: readonly FieldCount[],
): Promise<Row[]> {
  const hasStreams = target.protocol !== "http";
  const readings = new Map<FieldCount, number[]>(counts.map((n) => [n, []]));
  const rounds = options.rounds ?? ROUNDS;
  for (let round = 1; round <= rounds; round++) {
    say(`fields ${target.protocol}: round ${round} of ${rounds}`);
    for (const fields of counts) {
      const job: ClosedLoop = {
        ...target,
        client: "wire",
        concurrency: hasStreams ? 100 : 50,
        connections: hasStreams ? 1 : 50,
        durationMs: SECONDS * 1000,
        fields,
      };
      const { cpuSec, requests, failed } = await script<ClosedLoopResult>(
        "closed_loop.ts",
        job,
        { pinned, root: ROOT },
      );
      assert(failed === 0, `${failed} of ${requests} requests have failed`);
      readings.get(fields)!.push(cpuSec * 1e6 / requests);
    }
  }
  const fixed = readings.get(0)!;
  return counts.map((fields) => {
    const all = readings.get(fields)!;
    const row = { bench: "fields", unit: "µs" };
    return fields === 0
      ? plain({
        ...row,
        what: `${target.protocol}: CPU per fixed request`,
        value: median(all),
      })
      : atMost({
        ...row,
        what: `${target.protocol}: what ${fields} fields add`,
        value: median(all.map((cost, i) => cost - fixed[i]!)),
      }, GOALS[fields]);
  });
}
