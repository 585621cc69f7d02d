import assert from "node:assert/strict";
import {
  ArrivalSource,
  LANES,
  lanesOf,
  ranksOf,
  WHOLE,
} from "../../src/arrivals/mod.ts";
import { Area } from "../../src/pattern/mod.ts";
import { buildPlan } from "../../src/plan/build/mod.ts";
import { config } from "../config/support.ts";

const TEXT = `
targets:
  - { name: a, url: "http://localhost/{{users.id}}", weight: 70 }
  - { name: b, url: "http://localhost/", weight: 30 }
data: { users: { values: [{ id: 1 }, { id: 2 }], pick: in_order } }
arrivals: KIND
`;
const SLOTS = [17_000_000_000, 17_000_000_001, 17_000_000_002];
const rateAt = () => 3000;

for (const kind of ["poisson", "uniform"]) {
  Deno.test(`ranks of ${kind} arrivals are 0, 1, 2 … over the targets that use them, for any number of workers`, () => {
    const plan = buildPlan(config(TEXT.replace("KIND", kind)), {
      drawSeed: () => 1,
    });
    const open = ranksOf(plan, { rateAt })!;
    const results = [1, 2, 8].map((workers) => {
      const ranks: [key: string, rank: number][] = [];
      for (let place = 0; place < workers; place++) {
        const lanes = lanesOf(WHOLE).filter((lane) => lane % workers === place);
        const source = new ArrivalSource({ plan, lanes, traffic: { rateAt } });
        const counter = open(new Area(rateAt));
        let before = 0;
        for (const slot of SLOTS) {
          const own = source.slot(slot);
          before = counter.begin(slot, own, before);
          for (let i = 0; i < own.length; i++) {
            ranks.push([`${slot} ${own.at(i)}`, counter.at(i)]);
          }
        }
      }
      return ranks.toSorted(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
    });
    assert.deepEqual(results[1], results[0]);
    assert.deepEqual(results[2], results[0]);
    const isFirst = ([key]: [string, number]) =>
      Number(key.split(" ")[1]) % 256 === 0;
    const used = results[0]!.filter(isFirst).map(([, rank]) => rank);
    assert.ok(used.length > 500);
    assert.deepEqual(used, used.map((_, i) => i));
    assert.equal(LANES, 256);
  });
}

Deno.test("a plan whose requests use no rank is not counted", () => {
  const text = TEXT.replace("KIND", "poisson");
  const of = (text: string) =>
    ranksOf(buildPlan(config(text), { drawSeed: () => 1 }), { rateAt });
  assert.equal(of(text.replace("in_order", "random")), null);
  assert.equal(of(text.replace("{{users.id}}", "x")), null);
  assert.notEqual(of(text.replace("{{users.id}}", "{{ seq }}")), null);
});
