/** Records that an older kar has written, and such as no kar has. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { kar } from "../cli/kar.ts";
import {
  Recording,
  RecordReader,
  type StoredSample,
} from "../../src/record/mod.ts";
import { entryOf, MadeUp, metaFixture, NOON, withRecord } from "./support.ts";

/** A record of the first kar that wrote any, of two requests: it stays as it is. */
const FROZEN = new URL("./record_v1.kar", import.meta.url);

/** A copy of the frozen record, changed by some SQL. */
function withCopy(
  sql: string,
  use: (path: string) => Promise<void>,
): Promise<void> {
  return withRecord(async (path) => {
    await Deno.copyFile(FROZEN, path);
    const db = new DatabaseSync(path);
    db.exec(sql);
    db.close();
    await use(path);
  });
}

Deno.test("a record of the first version of its tables is reported, shown and compared", () =>
  withCopy("", async (path) => {
    const { code, out, err } = await kar(["report", path, "--out", "json=-"]);
    assert.equal(code, 0, err);
    const { sent, ok, planId, thresholds } = JSON.parse(out);
    assert.deepEqual([sent, ok, planId], [2, 2, "08dc518b2d61460f"]);
    assert.equal(thresholds.length, 2);
    const page = await kar(["report", path, "--out", `html=${path}.html`]);
    assert.equal(page.code, 0, page.err);
    const log = await kar(["report", path, "--out", "hlog=-"]);
    assert.equal(log.code, 0, log.err);
    const compared = await kar(["compare", path, path]);
    assert.equal(compared.code, 0, compared.err);
  }));

Deno.test("a record of the first version goes on as one of this version, with what is new", () =>
  withCopy("", (path) => {
    const t = NOON + 10;
    const recording = new Recording({ path, maxBytes: 1e9 });
    recording.begin(metaFixture(t));
    const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    const samples = [{ ...SAMPLE, trace }];
    recording.take({ ...entryOf(new MadeUp(98).second(t)), samples });
    assert.deepEqual(recording.close(null, 0), { kind: "writing" });
    const reader = new RecordReader(path);
    assert.deepEqual(reader.samples(), samples);
    assert.equal(reader.runs().length, 2);
    reader.close();
    return Promise.resolve();
  }));

const SAMPLE: StoredSample = {
  why: "slow",
  target: "api",
  intendedMs: NOON * 1000,
  rank: 0.5,
  responseMs: 10,
  serviceMs: 9,
  kind: null,
  code: 200,
  reason: "",
  body: null,
  trace: null,
};

const DAMAGES = [
  "UPDATE run SET plan = '{}'",
  "UPDATE run SET plan = '['",
  "UPDATE run SET plan = json_set(plan, '$.targets', json('[7]'))",
  "UPDATE run SET plan = json_set(plan, '$.pattern', json('{}'))",
  "UPDATE run SET moment = '{}'",
  "UPDATE run SET moment = '7'",
  "UPDATE run SET moment = json_remove(moment, '$.breaker')",
  "UPDATE run SET final = x'0102'",
  "UPDATE run SET final = NULL, before = '{}'",
];

for (const sql of DAMAGES) {
  Deno.test(`kar report says that a record is damaged: ${sql}`, () =>
    withCopy(sql, (path) => damaged(["report", path])));
}

/** What is read of intervals, for a span, the log, and a comparison. */
const ROW_DAMAGES = [
  "UPDATE step SET response = x'0102'",
  "UPDATE step SET failed = '{'",
  "UPDATE whole SET cells = x'0102'",
  "UPDATE answer SET status = '7 8'",
  "DROP TABLE generator",
];

for (const sql of ROW_DAMAGES) {
  Deno.test(`kar report of a span says that a record is damaged: ${sql}`, () =>
    withCopy(sql, (path) => damaged(["report", path, "--to", TO])));
}

const TO = "2026-03-28T03:00:01Z";

Deno.test("kar report --out hlog and kar compare say that a record is damaged", () =>
  withCopy("UPDATE step SET response = x'0102'", async (path) => {
    await damaged(["report", path, "--out", "hlog=-"]);
    await damaged(["report", path, "--out", `html=${path}.html`]);
    await damaged(["compare", path, path]);
  }));

async function damaged(args: string[]): Promise<void> {
  const { code, err } = await kar(args);
  assert.match(err, /Cannot (read|open) the record .*run\.kar: /);
  assert.doesNotMatch(err, /bug in kar/);
  assert.equal(code, 4, err);
}
