import assert from "node:assert/strict";
import { LiveKeys, quitOf } from "../../src/cli/follow/live_keys.ts";
import type { Run } from "../../src/run/mod.ts";

/* What q asks for: of a run alone, of a part of a fleet's run, and of its viewer. */

function keysOf(run: Partial<Run>) {
  const did: string[] = [];
  const whole = { snapshot: () => ({ state: "firing" }), ...run } as Run;
  const keys = new LiveKeys(whole, {
    stop: () => did.push("stop"),
    tell: (line) => did.push(line),
  });
  return { keys, did, quit: quitOf(whole) };
}

function partsOf(part: number): Pick<Run, "parts"> {
  const look = () => Promise.reject(new Error("nobody looks"));
  return { parts: { part, look } };
}

Deno.test("q stops a run, and Ctrl-C does", () => {
  const { keys, did, quit } = keysOf({});
  keys.press("stop");
  keys.press("interrupt");
  assert.deepEqual(did, ["stop", "stop"]);
  assert.equal(quit, "stop");
});

Deno.test("q in a part of a fleet's run ends all parts, and at the second press this one alone, as Ctrl-C does", async () => {
  let asked = 0;
  const endAll = () => Promise.resolve(++asked);
  const { keys, did, quit } = keysOf({ endAll, ...partsOf(2) });
  assert.equal(quit, "stop all");
  keys.press("interrupt");
  assert.deepEqual([asked, did.length], [0, 1]);
  keys.press("stop");
  await Promise.resolve();
  assert.deepEqual([asked, did.length], [1, 1]);
  keys.press("stop");
  assert.deepEqual([asked, did], [1, ["stop", "stop"]]);
});

Deno.test("q says why not all parts can be ended", async () => {
  const endAll = () => Promise.reject(new Error("the bus is away"));
  const { keys, did } = keysOf({ endAll, ...partsOf(2) });
  keys.press("stop");
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(did, [
    "the bus is away; q once more ends this part alone",
  ]);
});

Deno.test("q in a viewer leaves, and so it does in a part that drains", () => {
  let asked = 0;
  const endAll = () => Promise.resolve(++asked);
  const viewer = keysOf(partsOf(0));
  viewer.keys.press("stop");
  assert.deepEqual([viewer.quit, viewer.did], ["leave", ["stop"]]);
  const snapshot = () => ({ state: "draining" }) as ReturnType<Run["snapshot"]>;
  const drains = keysOf({ endAll, snapshot, ...partsOf(2) });
  drains.keys.press("stop");
  assert.deepEqual(drains.did, ["stop"]);
  assert.equal(asked, 0);
});
