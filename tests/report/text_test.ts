import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import type { Plan } from "../../src/plan/mod.ts";
import { renderText, widthOf } from "../../src/report/mod.ts";
import type { Snapshot } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { assertGolden } from "../fixtures/golden.ts";
import {
  planFixture,
  snapshotFixture,
  targetFixture,
} from "../fixtures/snapshot.ts";

const PLAIN = { color: "none", unicode: true, width: 80 } as const;

/** The report as one line, so that a search does not depend on its breaks. */
function flat(snapshot: Snapshot): string {
  return renderText(snapshot, PLAIN).replace(/\s+/g, " ");
}

Deno.test("renderText() says what pacing came to where kar picked it", () => {
  const { cost } = snapshotFixture();
  const text = (pacing: Plan["pacing"]) =>
    flat(snapshotFixture({
      plan: planFixture({ pacing }),
      cost: { ...cost, pacing: "exact" },
    }));
  assert.match(text("auto"), /\(pacing auto: exact\)/);
  assert.match(text("exact"), /\(pacing exact\)/);
});

Deno.test("renderText() is the golden report at 80 columns", async () => {
  await assertGolden("report_text", renderText(snapshotFixture(), PLAIN));
});

Deno.test("renderText() is the golden report without Unicode", async () => {
  const text = renderText(snapshotFixture(), { ...PLAIN, unicode: false });
  assert.match(text, /^[ -~\n]*$/);
  await assertGolden("report_ascii", text);
});

Deno.test("renderText() differs in nothing but colour when it has colours", () => {
  const painted = renderText(snapshotFixture(), { ...PLAIN, color: "full" });
  assert.ok(painted.startsWith("\x1b[38;2;135;206;235mkar report\x1b[0m"));
  const bare = stripVTControlCharacters(painted).replace(/ +\n/g, "\n");
  assert.equal(bare, renderText(snapshotFixture(), PLAIN));
});

Deno.test("renderText() never passes the width, whatever the names", () => {
  const base = snapshotFixture();
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      fc.integer({ min: 40, max: 160 }),
      (name, width) => {
        const targets = [targetFixture({ name })];
        const snapshot = {
          ...base,
          plan: planFixture({ targets }),
          targets: [{ ...base.targets[0]!, name }],
          warnings: [name],
        };
        const text = renderText(snapshot, { ...PLAIN, width });
        for (const line of text.split("\n")) assert.ok(widthOf(line) <= width);
        assert.doesNotMatch(text.replaceAll("\n", ""), /\p{C}/u);
      },
    ),
  );
});

Deno.test("renderText() tells what was counted before, and divides its cost by its own requests", () => {
  const base = snapshotFixture();
  const { cpuSec } = base.cost;
  const before = { ...base, due: base.due - 300, sent: base.sent - 100 };
  const own = { ...base.own, sent: 100 };
  const text = flat({ ...base, before, own });
  assert.match(text, /before [\d,]+ of these were due, [\d,]+ sent before/);
  assert.match(text, new RegExp(`${(cpuSec * 10).toFixed(1)}ms a request`));
  assert.doesNotMatch(flat(base), /sent before/);
});

Deno.test("renderText() of a run without a single request says so without a crash", () => {
  const empty = snapshotFixture({
    due: 0,
    sent: 0,
    missed: {},
    completed: 0,
    ok: 0,
    failed: {},
    phases: [],
    steps: [],
    warnings: [],
  });
  const text = flat(empty);
  assert.match(text, /due 0 sent 0 – of due/);
  assert.doesNotMatch(text, /NaN|undefined|Infinity/);
});

Deno.test("renderText() explains an unknown percentile once, and only when there is one", () => {
  const guesses = (snapshot: Snapshot) =>
    flat(snapshot).split("a number would be a guess").length - 1;
  const base = snapshotFixture();
  const none = durationsOf([]);
  assert.equal(guesses(base), 1);
  assert.equal(
    guesses({
      ...base,
      targets: [],
      phases: [],
      timing: { connect: none, tls: none, firstByte: none },
    }),
    0,
  );
});

Deno.test("renderText() shouts when TLS was not verified", () => {
  const targets = [targetFixture({ name: "shop", insecure: true })];
  const base = snapshotFixture();
  const text = flat({
    ...base,
    plan: planFixture({ targets }),
    targets: base.targets.slice(0, 1),
  });
  assert.match(text, /INSECURE: TLS was NOT verified for shop\./);
  assert.doesNotMatch(flat(base), /INSECURE/);
});

Deno.test("renderText() names the targets whose client may send twice", () => {
  assert.match(
    flat(snapshotFixture()),
    /may_resend: users \(fetch\), grpc-health \(fetch\): /,
  );
  const wire = planFixture({
    targets: planFixture().targets.map((t) => ({ ...t, client: "wire" })),
  });
  assert.doesNotMatch(flat(snapshotFixture({ plan: wire })), /may_resend/);
});

Deno.test("renderText() keeps kar's own faults apart from the target's failures", () => {
  const base = snapshotFixture();
  const text = flat({ ...base, failed: { timeout: 5, generator: 7 } });
  assert.match(text, / failed 5 /);
  assert.match(text, /kar's fault 7 /);
  assert.match(
    text,
    /kar was the limit: - 7 requests \(<0\.1%\) failed in kar/,
  );
  assert.match(flat(base), /kar was not the limit/);
});

Deno.test("renderText() tells what is still open before the end", () => {
  const text = flat(
    snapshotFixture({ state: "draining", waiting: 3, inFlight: 12 }),
  );
  assert.match(text, /waiting 3 in flight 12/);
});

Deno.test("renderText() tells how often and how long the breaker held traffic back, and why", () => {
  const safety = {
    errorRateAbove: 20,
    p95AboveMs: null,
    sustainedForMs: 3000,
    resumeAfterMs: 30_000,
    webhook: null,
  };
  const plan = planFixture({ safety });
  const quiet = { level: 1, trips: 0, heldMs: 0, reason: null };
  assert.doesNotMatch(flat(snapshotFixture()), /Circuit breaker/);
  assert.match(
    flat(snapshotFixture({ plan, breaker: quiet })),
    /Circuit breaker never tripped/,
  );
  const reason = "30 of 40 requests failed, above 20 %";
  const once = { level: 1, trips: 1, heldMs: 61_300, reason };
  assert.match(
    flat(snapshotFixture({ plan, breaker: once })),
    /Circuit breaker tripped once, held traffic back for 1m1s the last time because 30 of 40 requests failed, above 20 % kar itself/,
  );
  // A reload may have taken the breaker away.
  const often = { ...once, trips: 1234, level: 0.25 };
  assert.match(
    flat(snapshotFixture({ breaker: often })),
    /tripped 1,234 times, held traffic back for 1m1s, 25% at the end/,
  );
});

Deno.test("renderText() lists requests that were sent with a trace, and only those", () => {
  const sample = {
    ...{ why: "slow" as const, target: 0, intendedMs: 1_790_000_000_000 },
    ...{ rank: 0.5, responseMs: 812, serviceMs: 800, kind: null, code: 200 },
    ...{ reason: "", body: null },
  };
  const traced = { ...sample, trace: "4bf92f3577b34da6a3ce929d0e0e4736" };
  const text = flat(
    snapshotFixture({ samples: [{ ...sample, trace: null }, traced] }),
  );
  assert.match(
    text,
    /Traces api \S+ 812ms slow 4bf92f3577b34da6a3ce929d0e0e4736/,
  );
  const none = snapshotFixture({ samples: [{ ...sample, trace: null }] });
  assert.ok(!flat(none).includes("Traces"));
});
