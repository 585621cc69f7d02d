/** A script's process that was lost, and the one in its place. */
import assert from "node:assert/strict";
import { openScriptProcess } from "../../src/script/runner/mod.ts";
import type { ScriptRunner, ScriptSays } from "../../src/script/mod.ts";

/** Evaluating it takes many turns of the event loop. */
const SCRIPT = `export const steps = ["look"];
for (let i = 0; i < 50; i++) await crypto.subtle.digest("SHA-256", new Uint8Array(1e5));
export default ({ arrival }) => {
  if (arrival.index === 0) for (;;);
};
`;
const LOOK_MS = 20;
const LOOKS_MAX = 1500;

function open(): Promise<ScriptRunner> {
  return openScriptProcess({
    source: {
      journey: "odd",
      file: "odd.js",
      main: `data:text/javascript,${encodeURIComponent(SCRIPT)}`,
      modules: [],
      words: new Set(),
    },
    steps: ["look"],
    calls: [],
    seed: 1,
    vars: {},
    data: [],
  });
}

/** What comes of a journey; null = it could not begin. */
function journey(
  runner: ScriptRunner,
  index: number,
): Promise<ScriptSays> | null {
  const said = Promise.withResolvers<ScriptSays>();
  const arrival = { slot: 0, lane: 0, index, offsetMs: 0, rank: 0 };
  const id = runner.begin({ ...arrival, captured: {} }, said.resolve);
  return typeof id === "number" ? said.promise : null;
}

Deno.test({
  name: "a journey that begins while a lost process is being replaced is heard",
  // A process that was killed ends some time later.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    const runner = await open();
    try {
      const lost = await journey(runner, 0);
      assert.equal(lost?.kind, "lost");
      let next: Promise<ScriptSays> | null = null;
      for (let looks = 0; next === null; looks++) {
        assert.ok(looks < LOOKS_MAX, "no other process began");
        await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
        next = journey(runner, 1);
      }
      const timer = Promise.withResolvers<"nothing">();
      const end = setTimeout(
        () => timer.resolve("nothing"),
        LOOK_MS * LOOKS_MAX,
      );
      const said = await Promise.race([next, timer.promise]);
      clearTimeout(end);
      assert.deepEqual(said, { kind: "done", failure: null });
    } finally {
      runner.close();
    }
  },
});
