/** Hostile peers: each is cut off, and the good target beside it loses nothing. */
import assert from "node:assert/strict";
import { ATTACKS } from "./attacks.ts";
import { type Course, PeerThreads, send } from "./attacked.ts";

const COURSE: Course = {
  good: 80,
  everyMs: 4,
  badEvery: 10,
  timeoutMs: 60_000,
};
/** Where the outcome is that nothing comes. */
const SHORT_TIMEOUT_MS = 300;

for (const attack of ATTACKS) {
  Deno.test(`an attack by ${attack.name} comes to ${attack.outcomes.join(" or ")}, and the good target beside it loses nothing`, async () => {
    using threads = new PeerThreads();
    const goodOrigin = await threads.start("GOOD");
    const origin = await threads.start(attack.name);
    const isSlow = attack.outcomes.includes("timeout");
    const timeoutMs = isSlow ? SHORT_TIMEOUT_MS : COURSE.timeoutMs;
    const good = send(COURSE, goodOrigin, null);
    const both = send(COURSE, goodOrigin, { attack, origin, timeoutMs });
    for (const { good: outcomes } of await Promise.all([good, both])) {
      assert.deepEqual(outcomes, Array(COURSE.good).fill("200"));
    }
    const { bad, reasons } = await both;
    assert.equal(bad.length, COURSE.good / COURSE.badEvery);
    const others = bad.filter((one) => !attack.outcomes.includes(one));
    assert.deepEqual(others, [], reasons.join("; "));
  });
}
