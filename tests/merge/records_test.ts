import assert from "node:assert/strict";
import { dueOf, firedAt } from "../../src/merge/mod.ts";
import { mergePlans } from "../../src/plan/mod.ts";
import { RecordReader, snapshotOf } from "../../src/record/mod.ts";
import { addTotals, NO_TOTALS } from "../../src/stats/mod.ts";
import { NOON, rough } from "../record/support.ts";
import { buildReport } from "../../src/report/mod.ts";
import { partsSection } from "../../src/report/judged/parts.ts";
import { planFixture } from "../fixtures/snapshot.ts";
import {
  contentOf,
  inFolder,
  type MadePart,
  mergeTo,
  writePart,
} from "./records.ts";

/*
 * Records of made-up parts. Their durations are eighths of a millisecond, so
 * that sums are the same in every order.
 */

const parts = 3;

Deno.test("mergeRecords() is associative and commutative, to the last row of every level", () =>
  inFolder((folder) => {
    const at = (name: string) => `${folder}/${name}.kar`;
    const spans = [[0, 708], [36, 636], [0, 612]] as const;
    const files = spans.map(([from, to], i) => {
      writePart(at(`${i}`), { part: i + 1, parts, from, to, every: 12 });
      return at(`${i}`);
    });
    const [a, b, c] = files as [string, string, string];
    const before = files.map((file) => Deno.readFileSync(file));
    const all = contentOf(mergeTo(at("abc"), [a, b, c]));
    assert.deepEqual(contentOf(mergeTo(at("cba"), [c, b, a])), all);
    const ab = mergeTo(at("ab"), [a, b]);
    assert.deepEqual(contentOf(mergeTo(at("ab-c"), [ab, c])), all);
    const bc = mergeTo(at("bc"), [c, b]);
    assert.deepEqual(contentOf(mergeTo(at("a-bc"), [bc, a])), all);
    const alone = mergeTo(at("a-"), [a]);
    assert.deepEqual(contentOf(mergeTo(at("a-bc2"), [alone, bc])), all);
    // A reader never changes a part's file.
    assert.deepEqual(files.map((file) => Deno.readFileSync(file)), before);
  }));

Deno.test("mergeRecords() adds up every level, whatever each part still has of it", () =>
  inFolder((folder) => {
    // More than an hour: the first seconds are left in longer intervals alone.
    const spans = [[0, 5000], [900, 4700]] as const;
    const files = spans.map(([from, to], i) => {
      const file = `${folder}/${i}.kar`;
      writePart(file, { part: i + 1, parts: 2, from, to, every: 20 });
      return file;
    });
    const readers = [mergeTo(`${folder}/all.kar`, files), ...files]
      .map((file) => new RecordReader(file));
    const [all, ...own] = readers as [RecordReader, ...RecordReader[]];
    const looked = [
      {},
      { from: NOON + 600, to: NOON + 1200 },
      { from: NOON + 4600, to: NOON + 4691 },
      { from: NOON + 4695, to: NOON + 4997 },
    ];
    for (const span of looked) {
      const sum = own.map((one) => one.measures(span).totals)
        .reduce(addTotals, NO_TOTALS);
      assert.deepEqual(rough(all.measures(span).totals), rough(sum));
      const due = (one: RecordReader) =>
        one.timeline(span).rows.reduce((sum, row) => sum + row.due, 0);
      assert.equal(due(all), due(own[0]!) + due(own[1]!));
    }
    const [from] = all.rungs().filter(({ level }) => level === 1);
    assert.ok(from!.from > NOON, "the seconds of the first part are pruned");
    for (const reader of readers) reader.close();
  }));

Deno.test("mergeRecords() takes parts that a plan has taken over, one that was gone before and one that came after", () =>
  inFolder((folder) => {
    const at = (name: string) => `${folder}/${name}.kar`;
    const first = planFixture();
    const [api, users, grpc] = first.targets;
    const other = { ...first, planId: "0ther", targets: [grpc!, api!] };
    const taken = { at: 60, plan: mergePlans(first, other) };
    const made: readonly MadePart[] = [
      { part: 1, parts, from: 0, to: 24 },
      { part: 1, parts, from: 90, to: 120, plan: other },
      { part: 2, parts, from: 0, to: 120, taken },
      { part: 3, parts, from: 0, to: 120, taken },
    ];
    const files = made.map((one, i) => {
      writePart(at(`${i}`), one);
      return at(`${i}`);
    });
    const [gone, back, second, third] = files as [
      string,
      string,
      string,
      string,
    ];
    const all = contentOf(mergeTo(at("all"), [gone, back, second, third]));
    const half = mergeTo(at("half"), [third, gone]);
    assert.deepEqual(contentOf(mergeTo(at("more"), [back, half, second])), all);
    const reader = new RecordReader(at("all"));
    const snapshot = snapshotOf(reader, undefined);
    const held = reader.plans().map(({ slot, plan }) => [slot, plan.planId]);
    const notes = snapshot.warnings;
    reader.close();
    const changed = (NOON + 60) * 10;
    assert.deepEqual(held, [[-Infinity, first.planId], [changed, "0ther"]]);
    const { targets } = snapshot.plan;
    assert.deepEqual(
      targets.map(({ name }) => name),
      [api, users, grpc].map((target) => target!.name),
    );
    const [hole, ...others] = snapshot.merged!.holes;
    assert.deepEqual(others, []);
    const changes = [{
      slot: changed,
      control: { ...firedAt(NOON * 10), plan: 1 },
    }];
    const { plan } = snapshot;
    const plans = [{ slot: -Infinity, plan: first }, { slot: changed, plan }];
    const traffic = { plan, plans, fireSlot: NOON * 10, changes };
    const span = { from: (NOON + 24) * 10, to: (NOON + 90) * 10 };
    assert.equal(hole!.due, dueOf({ ...traffic, part: 1, parts }, span));
    assert.ok(!notes.some((note) => note.includes("ended with plan")));
  }));

Deno.test("mergeRecords() names what a member sent that was cut off while another one had begun", () =>
  inFolder((folder) => {
    const at = (name: string) => `${folder}/${name}.kar`;
    const span = { parts: 2, to: 120, fleet: "blue" };
    writePart(at("cut"), { part: 1, ...span, from: 0, to: 60 });
    writePart(at("next"), { part: 1, ...span, from: 24 });
    writePart(at("other"), { part: 2, ...span, from: 0 });
    const all = mergeTo(at("all"), [at("cut"), at("next"), at("other")]);
    const half = mergeTo(at("half"), [at("other"), at("cut")]);
    const again = mergeTo(at("again"), [at("next"), half]);
    assert.deepEqual(contentOf(again), contentOf(all));
    const reader = new RecordReader(all);
    const snapshot = snapshotOf(reader, undefined);
    reader.close();
    const [double, ...others] = buildReport(snapshot).doubled!;
    assert.deepEqual(others, []);
    const traffic = {
      ...{ plan: planFixture(), fireSlot: NOON * 10, changes: [] },
      ...{ part: 1, parts: 2 },
    };
    assert.deepEqual(double, {
      ...{ part: 1, parts: 2 },
      from: "2026-11-24T12:00:24Z",
      to: "2026-11-24T12:01:00Z",
      due: dueOf(traffic, { from: (NOON + 24) * 10, to: (NOON + 60) * 10 }),
    });
    const text = partsSection(snapshot, 200).flat(2).join("");
    assert.match(
      text,
      /part 1\/2 was sent by two members in 36s from .* with \d/,
    );
    assert.match(text, /nothing of the plan is missing/);
  }));

Deno.test("mergeRecords() tells of a part that never got the plan of the others", () =>
  inFolder((folder) => {
    const first = planFixture();
    const taken = { at: 60, plan: { ...first, planId: "0ther" } };
    const [told, left] = ["told", "left"].map((name) =>
      `${folder}/${name}.kar`
    );
    const span = { parts: 2, from: 0, to: 120 };
    writePart(told!, { part: 1, ...span, taken });
    writePart(left!, { part: 2, ...span });
    const reader = new RecordReader(
      mergeTo(`${folder}/all.kar`, [left!, told!]),
    );
    const { warnings } = snapshotOf(reader, undefined);
    reader.close();
    assert.ok(
      warnings.includes(
        `Part 2/2 ended with plan ${first.planId}, when others had plan 0ther`,
      ),
      warnings.join("\n"),
    );
  }));

Deno.test("mergeRecords() refuses a record that was merged already, and one that holds nothing", () =>
  inFolder((folder) => {
    const [a, b] = [1, 2].map((part) => {
      const file = `${folder}/${part}.kar`;
      writePart(file, { part, parts: 2, from: 0, to: 5 });
      return file;
    }) as [string, string];
    const both = mergeTo(`${folder}/both.kar`, [a, b]);
    assert.throws(
      () => mergeTo(`${folder}/twice.kar`, [both, a]),
      /part 1\/2 and part 1\/2 share lanes/,
    );
    const empty = `${folder}/empty.kar`;
    writePart(empty, { part: 2, parts: 2, from: 0, to: 0 });
    assert.throws(
      () => mergeTo(`${folder}/no.kar`, [a, empty]),
      /empty\.kar: it holds nothing/,
    );
  }));
