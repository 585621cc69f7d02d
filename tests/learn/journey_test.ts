import assert from "node:assert/strict";
import { learn, type Learned, LogReader } from "../../src/learn/mod.ts";
import { planText } from "../../src/learn/plan/document.ts";
import { CHAIN, linesOf, MONDAY_MS, steady, visitsOf } from "./made_log.ts";

/** Where the states of `CHAIN` are, by their names in the mix; the end is the last one. */
const STATES = ["root", "items id", "search", "post cart"];

function learnedOf(server: string, seconds: number): Learned {
  const requests = visitsOf(
    { pattern: steady(4), fromMs: MONDAY_MS, seconds },
    { clients: 50_000 },
  );
  const reader = new LogReader({ key: 1 });
  const encoder = new TextEncoder();
  for (let from = 0; from < requests.length; from += 20_000) {
    const part = requests.slice(from, from + 20_000);
    reader.push(encoder.encode(linesOf(part, server)));
  }
  reader.endFile();
  const facts = reader.end();
  const { bins, instants, tickUs } = facts;
  const options = { zone: "UTC", keepPaths: false };
  return learn({ bins, instants, tickUs, facts }, options);
}

/** Transitions by the names of states. */
function byName(
  { mix, journey }: Learned,
  rows: readonly (readonly number[])[],
): number[][] {
  const names = journey!.states.map((state) => mix!.targets[state]!.name);
  const places = [...STATES.map((name) => names.indexOf(name)), names.length];
  assert.ok(places.every((place) => place >= 0), names.join(", "));
  return places.slice(0, -1).map((from) =>
    places.map((to) => rows[from]![to]!)
  );
}

/** Transitions of the visits that a plan has. */
function ofVisits({ journey }: Learned): number[][] {
  const { visits, states } = journey!;
  const flows = states.map(() => Array(states.length + 1).fill(0) as number[]);
  for (const { steps, weight } of visits) {
    steps.forEach((state, i) => {
      flows[state]![steps[i + 1] ?? states.length]! += weight;
    });
  }
  return flows.map((row) => {
    const sum = row.reduce((a, b) => a + b, 0);
    return row.map((flow) => flow / sum);
  });
}

function mostApart(rows: readonly (readonly number[])[]): number {
  return Math.max(
    ...rows.flatMap((row, from) =>
      row.map((share, to) => Math.abs(share - CHAIN[from]![to]!))
    ),
  );
}

for (const server of ["caddy", "nginx"]) {
  Deno.test(`the chain of what visits ask for comes back within 0.03 from a log of ${server}, and so do the plan's own visits`, () => {
    const found = learnedOf(server, 7200);
    assert.equal(found.journey?.verdict, "fitted");
    const { chain, apart, visits } = found.journey!;
    const learned = mostApart(byName(found, chain));
    assert.ok(learned <= 0.03, `chain ${learned}`);
    const planned = mostApart(byName(found, ofVisits(found)));
    assert.ok(planned <= 0.03, `visits ${planned}, said ${apart}`);
    assert.ok(visits.length <= 16);
    const steps = visits.reduce((sum, { steps }) => sum + steps.length, 0);
    assert.ok(steps <= 64, `${steps} steps`);
    // Requests of a visit: what their lengths come to.
    const mean = visits.reduce(
      (sum, { steps, weight }) => sum + weight * steps.length,
      0,
    );
    assert.ok(Math.abs(mean / found.journey!.requests - 1) < 0.03, `${mean}`);
    const one = visits.filter(({ steps }) => steps.length === 1)
      .reduce((sum, { weight }) => sum + weight, 0);
    assert.ok(
      Math.abs(one - found.journey!.oneShare) < 0.03,
      `${one}, not ${found.journey!.oneShare}`,
    );
  });
}

Deno.test("a learned plan has the chain beside its visits", () => {
  const text = planText(learnedOf("caddy", 1800), {
    target: "http://localhost:8080",
    isTargetGiven: true,
  });
  assert.match(text, /# what [\d,]+ visits asked for next:/);
  assert.match(
    text,
    /# +items id -> .*items id 0\.\d\d, .*end 0\.\d\d.* \(± /,
  );
  assert.match(text, /# the \d+ visits below have these chances within 0\.0\d/);
});
