import assert from "node:assert/strict";
import { ATTACKS } from "../net/attacks.ts";
import { type Course, PeerThreads, percentile, send } from "../net/attacked.ts";

/*
 * What the suite does for a third of a second, for some seconds, with its times:
 *
 *   KAR_ATTACK=PING deno task test:long
 */
const ONLY = Deno.env.get("KAR_ATTACK") ?? "";
const COURSE: Course = {
  good: 1000,
  everyMs: 5,
  badEvery: 20,
  timeoutMs: 1000,
};
/** A p99 so low is taken for the same, whatever it was without the attack. */
const LOW_MS = 5;

for (const attack of ATTACKS.filter(({ name }) => name.includes(ONLY))) {
  Deno.test(`beside an attack by ${attack.name} the p99 of a good target is at most twice what it is without`, async () => {
    using threads = new PeerThreads();
    const good = await threads.start("GOOD");
    const origin = await threads.start(attack.name);
    await send({ ...COURSE, good: 200 }, good, null);
    const before = await send(COURSE, good, null);
    const during = await send(COURSE, good, { attack, origin });
    const after = await send(COURSE, good, null);
    const [p99Before, p99During, p99After] = [before, during, after].map(
      ({ goodMs }) => percentile(goodMs, 0.99),
    );
    console.log(
      `p99 without ${p99Before!.toFixed(2)} and ${p99After!.toFixed(2)} ms, ` +
        `with ${p99During!.toFixed(2)} ms: ${attack.name}`,
    );
    assert.deepEqual(during.good, Array(COURSE.good).fill("200"));
    const without = Math.max(p99Before!, p99After!);
    assert.ok(p99During! <= Math.max(LOW_MS, 2 * without));
  });
}
