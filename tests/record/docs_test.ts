import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { verdictFixture } from "../fixtures/verdict.ts";
import { Recording } from "../../src/record/mod.ts";
import {
  MadeUp,
  metaFixture,
  momentFixture,
  NOON,
  withRecord,
} from "./support.ts";

const PAGE = Deno.readTextFileSync(
  new URL("../../docs/record.md", import.meta.url),
);

Deno.test("the queries of docs/record.md answer from a record", () =>
  withRecord((path) => {
    const recording = new Recording({ path, maxBytes: 2 ** 30 });
    recording.begin(metaFixture(NOON));
    const made = new MadeUp(98);
    const verdict = verdictFixture();
    const targets = [
      { target: "api", result: "recovered", ms: 9, baselineP95Ms: 2 },
    ] as const;
    const [startMs, endMs] = [(NOON + 5) * 1000, (NOON + 9) * 1000];
    const spikes = [{ startMs, endMs, factor: 3, targets }];
    const recovery = { spikes, medians: [] };
    for (let t = NOON; t < NOON + 130; t++) {
      const moment = momentFixture(t, { recovery, verdict });
      recording.take({
        interval: made.second(t),
        moment,
        changes: [],
        plans: [],
        notes: [],
      });
    }
    recording.close(null, 0);
    const db = new DatabaseSync(path, { readOnly: true });
    const { user_version: version } = db.prepare("PRAGMA user_version").get()!;
    assert.match(PAGE, new RegExp(`PRAGMA user_version\`, now ${version}\\)`));
    const queries = [...PAGE.matchAll(/```sql\n(.*?);\n```/gs)];
    assert.equal(queries.length, 5);
    for (const [, query] of queries) {
      const rows = db.prepare(query!).all();
      assert.ok(rows.length > 0, query!);
      assert.ok(
        rows.every((row) => Object.values(row).every((v) => v !== null)),
        query!,
      );
    }
    db.close();
  }));
