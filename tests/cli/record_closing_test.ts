import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { runCli } from "../../src/cli/mod.ts";
import { RecordReader } from "../../src/record/mod.ts";
import { withFolder } from "../daemon/support.ts";
import { until } from "../fixtures/until.ts";
import { withServer } from "./served.ts";

/*
 * A record that cannot be closed as it should: log and report say so.
 */

/** Somebody who looks into a record and stays there, once something is in it. */
async function readerOf(file: string): Promise<DatabaseSync> {
  let reader: DatabaseSync | null = null;
  await until("something is recorded", () => {
    reader = openedWithin(file);
    return reader !== null;
  });
  return reader!;
}

function openedWithin(file: string): DatabaseSync | null {
  let reader: DatabaseSync | null = null;
  try {
    reader = new DatabaseSync(file, { readOnly: true });
    reader.exec("BEGIN");
    const { n } = reader.prepare("SELECT count(*) AS n FROM generator").get()!;
    if (n !== 0) return reader;
  } catch {
    // It is not there yet, or has no tables.
  }
  reader?.close();
  return null;
}

Deno.test("a record that somebody reads at the run's end stays two files, and log and every report say so", () =>
  withFolder(async (folder) => {
    const file = `${folder}/run.kar`;
    const json = `${folder}/run.json`;
    await withServer(
      `--record ${file} --out json=${json}`,
      async ({ system }) => {
        const ended = runCli(system);
        const ticks = setInterval(() => system.tick(), 200);
        const reader = await readerOf(file).finally(() => clearInterval(ticks));
        system.interrupt();
        assert.equal(await ended, 0, system.stderr.text);
        const told =
          /The record \S+run\.kar is complete, but stays two files: .*locked.*: keep \S+run\.kar-wal beside it/;
        const { warnings } = JSON.parse(await Deno.readTextFile(json));
        assert.match(warnings.join("\n"), told);
        assert.match(system.stderr.text, told);
        const printed = system.stdout.text.replaceAll(/\s+/g, " ");
        assert.match(printed, /stays two files/);
        const record = new RecordReader(file);
        assert.notEqual(record.ending(), null);
        record.close();
        reader.close();
      },
    );
  }));
