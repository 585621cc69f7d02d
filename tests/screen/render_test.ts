import { verdictFixture } from "../fixtures/verdict.ts";
import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { widthOf } from "../../src/report/mod.ts";
import { renderScreen } from "../../src/screen/mod.ts";
import { RUN_STATES, type Snapshot } from "../../src/stats/mod.ts";
import { durationsOf } from "../fixtures/durations.ts";
import { assertGolden } from "../fixtures/golden.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import { BASE, historyOf, modelOf, textOf } from "./support.ts";

for (const [columns, rows] of [[80, 24], [40, 10], [200, 60]] as const) {
  Deno.test(`renderScreen() is the golden screen at ${columns}×${rows}`, async () => {
    const text = textOf(modelOf(), { columns, rows });
    await assertGolden(`screen_${columns}x${rows}`, `${text}\n`);
  });
}

Deno.test("renderScreen() is the golden screen without Unicode", async () => {
  const text = textOf(modelOf(), { unicode: false });
  assert.match(text, /^[ -~\n]*$/);
  await assertGolden("screen_ascii", `${text}\n`);
});

Deno.test("renderScreen() in colour differs in nothing but colour", () => {
  for (const color of ["basic", "256", "full"] as const) {
    const painted = textOf(modelOf(), { color });
    assert.notEqual(painted, textOf(modelOf()));
    assert.equal(stripVTControlCharacters(painted), textOf(modelOf()));
  }
});

Deno.test("renderScreen() fills any size and passes no edge, whatever the numbers and names", () => {
  const number = fc.oneof(
    fc.double(),
    fc.nat(),
    fc.constantFrom(NaN, Infinity, 1e300),
  );
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({ unit: "grapheme", maxLength: 300 }),
  );
  const hostile = fc.record({
    state: fc.constantFrom(...RUN_STATES),
    sentRate: number,
    plannedRate: number,
    sent: number,
    completed: number,
    inFlight: number,
    endMs: fc.option(number),
    warnings: fc.array(name, { maxLength: 2 }),
  });
  const size = fc.record({
    columns: fc.integer({ min: 1, max: 220 }),
    rows: fc.integer({ min: 1, max: 70 }),
    color: fc.constant("none" as const),
    unicode: fc.boolean(),
  });
  const model = fc.record({
    history: fc.array(number, { maxLength: 200 })
      .map((rates) => historyOf(BASE, rates)),
    message: fc.option(name),
  });
  const names = fc.array(name, { maxLength: 40 });
  fc.assert(
    fc.property(hostile, names, model, size, (snapshot, names, model, size) => {
      const targets = names.map((name) => ({ ...BASE.targets[0]!, name }));
      const lines = renderScreen(
        modelOf({ ...snapshot, targets }, model),
        size,
      );
      assert.equal(lines.length, size.rows);
      for (const line of lines) {
        assert.ok(widthOf(line) <= size.columns, JSON.stringify(line));
        assert.doesNotMatch(line, /[\p{C}\p{Mn}\p{Me}]/u);
      }
    }),
  );
});

Deno.test("renderScreen() keeps state, rate, counts and keys on the smallest screens", () => {
  const text = textOf(modelOf(), { columns: 30, rows: 4 });
  for (
    const part of [/● firing/, /236\/s of 242\/s/, /sent 12\.6k/, /q stop/]
  ) {
    assert.match(text, part);
  }
});

Deno.test("renderScreen() counts the targets for which there is no room", () => {
  const targets = Array.from(
    { length: 50 },
    (_, i) => ({ ...BASE.targets[0]!, name: `target-${i}` }),
  );
  const text = textOf(modelOf({ targets }));
  const shown = text.match(/target-\d+/g)!.length;
  assert.match(text, new RegExp(`… and ${50 - shown} more`));
});

Deno.test("renderScreen() counts down to the next spike that has not begun", () => {
  assert.match(textOf(modelOf()), /next spike in 34s/);
});

Deno.test("renderScreen() says for how long no spike comes, or that none ever does", () => {
  const forecast = { ...modelOf().forecast!, spikes: [] };
  const calmNow = modelOf({ spikeActive: false }, { forecast });
  assert.match(textOf(calmNow), /no spike in the next 5m/);
  const spiking = modelOf({ spikeActive: true }, { forecast });
  assert.match(textOf(spiking), /spike now/);
  assert.doesNotMatch(textOf(spiking), /no spike/);
  const plan = planFixture();
  const calm = { ...plan, pattern: { ...plan.pattern, spikes: null } };
  assert.match(textOf(modelOf({ plan: calm })), /no spikes/);
  assert.doesNotMatch(textOf(modelOf({}, { forecast: null })), /spike in/);
});

Deno.test("renderScreen() shows a message before a warning", () => {
  assert.match(textOf(modelOf()), /! The clock jumped/);
  const text = textOf(modelOf({}, { message: "spike from 09:03:12" }));
  assert.match(text, /spike from 09:03:12/);
  assert.doesNotMatch(text, /The clock jumped/);
});

Deno.test("renderScreen() names what ENTER does now", () => {
  const help = (state: Snapshot["state"]) =>
    textOf(modelOf({ state })).split("\n").at(-1)!;
  assert.match(help("armed"), /ENTER fire/);
  assert.match(help("firing"), /ENTER pause/);
  assert.match(help("paused"), /ENTER resume/);
  assert.match(help("tripped"), /ENTER pause/);
  assert.equal(help("draining"), " q stop at once ");
  const viewer = (state: Snapshot["state"]) =>
    textOf(modelOf({ state }, { quit: "leave" })).split("\n").at(-1)!;
  assert.match(viewer("firing"), /^ q leave {2}ENTER pause/);
  assert.equal(viewer("draining"), " q leave ");
});

Deno.test("renderScreen() counts down to the start of a run that waits, which ENTER can pause", () => {
  const waiting = { state: "armed", nowMs: BASE.startMs - 6500 } as const;
  const text = textOf(modelOf(waiting));
  assert.match(text, /armed +begins in 00:00:07/);
  assert.match(text, /ENTER pause/);
  assert.doesNotMatch(textOf(modelOf()), /begins in/);
});

Deno.test("renderScreen() shouts when TLS is not verified", () => {
  const plan = planFixture();
  const [target] = plan.targets;
  const insecure = { ...plan, targets: [{ ...target!, insecure: true }] };
  assert.match(textOf(modelOf({ plan: insecure })), /INSECURE/);
  assert.doesNotMatch(textOf(modelOf()), /INSECURE/);
});

Deno.test("renderScreen() shows the mean, and how requests ended, at 80 × 24", () => {
  const text = textOf(modelOf());
  assert.match(text, /^ response +mean +p50/m);
  assert.match(text, /^ answers 200 ×11\.8k .* 503 ×93 · timeout ×55/m);
  const unanswered = BASE.targets.map((target) => ({
    ...target,
    status: new Map(),
    failed: { refused: 1200 },
  }));
  assert.match(
    textOf(modelOf({ targets: unanswered })),
    /^ answers refused ×3\.60k$/m,
  );
});

Deno.test("renderScreen() tells what an operator has changed, and the bounds in force", () => {
  const control = { ...BASE.control, scale: 1.2099, base: 50, max: 800 };
  const text = textOf(modelOf({ control, share: 0.5 }));
  assert.match(text, /of 242\/s planned · base 50\.0\/s · scale ×1\.21/);
  assert.match(text, / max 400\/s/);
  assert.doesNotMatch(textOf(modelOf()), /scale ×|base/);
});

Deno.test("renderScreen() keeps columns where they are while numbers change", () => {
  const { recent, latency } = BASE;
  const empty = { ...latency, response: durationsOf([]) };
  const headers = [
    modelOf(),
    modelOf({ recent: empty.response, latency: empty }),
  ]
    .map((model) => /^ response.*$/m.exec(textOf(model))![0]);
  assert.equal(headers[0], headers[1]);
  assert.ok(recent.count > 0);
});

Deno.test("renderScreen() shows why the breaker tripped and how much it lets through", () => {
  const reason = "30 of 40 requests failed, above 20 %";
  const screenAt = (level: number) =>
    textOf(modelOf({
      state: "tripped",
      breaker: { level, trips: 1, heldMs: 5, reason },
    }));
  assert.match(screenAt(0), /● tripped {3,}/);
  assert.match(screenAt(0.25), /● tripped {2}lets 25% through/);
  assert.match(screenAt(0), /planned +30 of 40 requests failed, above 20 %/);
  const { breaker } = modelOf().snapshot;
  assert.doesNotMatch(
    textOf(modelOf({ breaker: { ...breaker, reason } })),
    /30 of 40/,
  );
});

Deno.test("renderScreen() shows why the last request failed, at 80×24 too, and makes it harmless", () => {
  const { name } = BASE.targets[0]!;
  const newestReason = {
    ...{ target: 0, kind: "tls", code: null, count: 1 } as const,
    reason: "the certificate has expired on 2020-01-02 \x1b]0;x\x07",
  };
  const text = textOf(modelOf({ newestReason }));
  assert.match(
    text,
    new RegExp(`failed last ${name}: tls: the certificate has expired`),
  );
  assert.ok(!text.includes("\x1b") && !text.includes("\x07"));
  assert.doesNotMatch(textOf(modelOf()), /failed last/);
});

Deno.test("renderScreen() has a line of thresholds where there are some", () => {
  const line = (snapshot: Partial<Snapshot>) =>
    textOf(modelOf(snapshot), { columns: 120, rows: 30 }).split("\n")
      .find((line) => line.includes("thresholds"))?.trim();
  assert.equal(line({}), undefined);
  assert.equal(
    line({ verdict: verdictFixture() }),
    "thresholds 2 kept · 1 open · 2 not kept: errors < 0.5% over 10s for 2, and 1 more",
  );
});

Deno.test("renderScreen() gives no share of failures where there are none", () => {
  const text = textOf(modelOf({ failed: {} }));
  assert.match(text, / failed 0 {2}missed /);
});
