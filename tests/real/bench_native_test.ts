/** The benchmark's own programs, where there are compilers for them. */
import assert from "node:assert/strict";
import type { Job } from "../../scripts/bench/pacing/contender.ts";
import {
  cContender,
  compileNative,
  goContender,
} from "../../scripts/bench/pacing/native.ts";
import { ksSeen } from "../../scripts/bench/pacing/witness.ts";

const JOB: Omit<Job, "url"> = {
  way: { protocol: "http", client: "wire" },
  ratePerSec: 300,
  seconds: 2,
  pinned: false,
  serverPid: Deno.pid,
};

const native = await compileNative(() => {});
globalThis.addEventListener("unload", () => {
  for (const file of [native.cClient, native.goClient, native.witness]) {
    if (file !== null) Deno.removeSync(file);
  }
});

/** Lets a client send to a server, and counts what arrives. */
async function servedTo(
  contender: ReturnType<typeof cContender>,
): Promise<number> {
  let served = 0;
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => {
      served++;
      return new Response("ok\n");
    },
  );
  try {
    const url = `http://127.0.0.1:${server.addr.port}/`;
    const { usPerRequest, service, missedPercent } = await contender.run({
      ...JOB,
      url,
    });
    assert.equal(missedPercent, 0);
    assert.ok(service.p50! > 0);
    assert.ok(usPerRequest! > 0);
    return served;
  } finally {
    await server.shutdown();
  }
}

for (
  const [name, program, make] of [
    ["C", native.cClient, cContender],
    ["Go", native.goClient, goContender],
  ] as const
) {
  Deno.test({
    name: `the ${name} client sends a Poisson process and reads each answer`,
    ignore: program === null,
    fn: async () => {
      const served = await servedTo(make(program!));
      // 600 are expected; five standard deviations are 122.
      assert.ok(served > 478 && served < 722, `${served} requests`);
    },
  });
}

Deno.test({
  name: "the witness sees the C client's gaps as a Poisson process",
  ignore: native.cClient === null || native.witness === null,
  fn: async () => {
    const job = { ...JOB, url: "" };
    const client = cContender(native.cClient!);
    const ks = await ksSeen(native.witness!, client, job);
    // Evenly spaced gaps are 0.63 away.
    assert.ok(ks !== null && ks < 0.5, `D = ${ks}`);
  },
});
