import assert from "node:assert/strict";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { config, problems } from "./support.ts";

const TARGETS = `targets:
  - { name: item, url: "http://a.test/item" }
  - { name: login, url: "http://a.test/login", weight: 0, max_requests_per_connection: 1 }
`;

function planned(text: string) {
  const parsed = config(`${TARGETS}irregular: [${text}]`);
  return buildPlan(parsed, { drawSeed: () => 1 }).pattern.irregular;
}

Deno.test("a cron's share is of what the base rate makes in a period", () => {
  assert.deepEqual(
    planned("{ kind: cron, every: 1h, at: 5m, share: 2%, target: item }"),
    [{
      ...{ kind: "cron", requests: 7200, spreadMs: 2000, skewMs: 0 },
      when: { kind: "every", everyMs: 3_600_000, offsetMs: 300_000 },
      target: "item",
    }],
  );
});

Deno.test("an irregularity happens once, each day, or each period", () => {
  const whenOf = (text: string) =>
    planned(`{ kind: cron, requests: 1, ${text} }`)![0]!.when;
  assert.deepEqual(whenOf('at: "2026-12-01T18:00:00"'), {
    ...{ kind: "once", at: "2026-12-01T18:00:00" },
  });
  assert.deepEqual(whenOf('at: "03:30", days: [mon, sun]'), {
    ...{ kind: "daily", sec: 12_600, days: [1, 7] },
  });
  assert.deepEqual(whenOf("every: 5m"), {
    ...{ kind: "every", everyMs: 300_000, offsetMs: 0 },
  });
});

Deno.test("a plan without irregularities has no key of them", () => {
  assert.equal(planned(""), undefined);
});

const BACKOFF = "backoff: { base: 1s, max: 30s }";
const WRONG: readonly (readonly [text: string, problem: RegExp])[] = [
  ["{ kind: storm }", /irregular.0.kind: .*cron, flash, push/],
  ["{ kind: cron, requests: 5 }", /irregular.0: must have at or every/],
  ["{ kind: cron, every: 1h }", /must have either share or requests/],
  ['{ kind: cron, at: "03:00", share: 2% }', /share: must go with every/],
  ["{ kind: cron, every: 7m, requests: 1 }", /every: must be a part of a day/],
  ["{ kind: cron, every: 1h, at: 2h, requests: 1 }", /at: .*below every/],
  ["{ kind: cron, at: noon, requests: 1 }", /at: must be a date and time/],
  [
    "{ kind: cron, every: 10s, requests: 1 }",
    /over before it begins again, 10s/,
  ],
  [
    "{ kind: cron, every: 1h, requests: 1, target: nope }",
    /irregular.0.target: must be item or login.*nope/,
  ],
  [
    "{ kind: cron, every: 1h, requests: 1, journey: nope }",
    /irregular.0.journey: must be a name from journeys/,
  ],
  [
    `{ kind: reconnect, at: "03:00", clients: 5, ${BACKOFF}, target: item }`,
    /irregular.0.target: must be a target with max_requests_per_connection: 1/,
  ],
  [
    '{ kind: retry, at: "03:00", outage: 1h, backoff: { base: 1s, max: 30s } }',
    /outage: .*10m/,
  ],
  [
    '{ kind: retry, at: "03:00", outage: 1m, backoff: { base: 5s, max: 3s } }',
    /backoff.max: must be at least base/,
  ],
  [
    '{ kind: flash, at: "03:00", factor: 3, hot: { share: 50% } }',
    /irregular.0.hot: must have either target or journey/,
  ],
  [
    '{ kind: push, at: "03:00", devices: 5, opened: 101% }',
    /opened: must be percent from 0 to 100/,
  ],
  ["{ kind: crawler, every: 1h, rate: 1, lasts: 2h }", /over before it begins/],
];

for (const [text, problem] of WRONG) {
  Deno.test(`irregular: [${text}] is an error with its place`, () => {
    const found = problems(`${TARGETS}irregular: [${text}]`);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(found[0]!, problem);
  });
}

Deno.test("a reconnect and a retry have what they need", () => {
  const [reconnect, retry] = planned(
    `{ kind: reconnect, at: "03:00", clients: 5, ${BACKOFF}, target: login }, { kind: retry, at: "04:00", outage: 1m, ${BACKOFF} }`,
  )!;
  assert.ok(reconnect?.kind === "reconnect" && reconnect.accept === null);
  assert.ok(retry?.kind === "retry" && retry.fails === 1);
});
