/** Records in a folder that nobody can write to, as on a mounted archive. */
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { withFolder } from "../daemon/support.ts";
import { NOON } from "./support.ts";

const SUPPORT = new URL("./support.ts", import.meta.url).href;
const RECORD = new URL("../../src/record/mod.ts", import.meta.url).href;

/** Runs code with the folder as a disk that is read only. */
function onReadOnlyDisk(folder: string, code: string) {
  const mount =
    'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"';
  return new Deno.Command("unshare", {
    args: [
      ...["-rm", "sh", "-c", mount, "sh", folder],
      ...[Deno.execPath(), "eval", "--no-check", "--quiet", code],
    ],
  }).output();
}

async function canMount(): Promise<boolean> {
  let can = false;
  try {
    await withFolder(async (folder) => {
      can = (await onReadOnlyDisk(folder, "")).success;
    });
  } catch {
    // There is no such command.
  }
  return can;
}

/** What a reader says of a record there: where its runs begin, or why it cannot tell. */
async function read(folder: string): Promise<string> {
  const { stdout, stderr } = await onReadOnlyDisk(
    folder,
    `import { RecordReader } from "${RECORD}";
     try {
       const reader = new RecordReader("${folder}/run.kar");
       console.log(reader.runs().map(({ startMs }) => startMs / 1000).join());
     } catch (error) { console.log(error.message); }`,
  );
  const decoder = new TextDecoder();
  return (decoder.decode(stdout) + decoder.decode(stderr)).trim();
}

/** A record whose writer has died: its last seconds stand in a file beside it. */
async function leaveBehind(folder: string): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["eval", "--no-check", "--quiet"],
      `import { Recording } from "${RECORD}";
       import { metaFixture, NOON } from "${SUPPORT}";
       const recording = new Recording({ path: "${folder}/run.kar", maxBytes: 2 ** 30 });
       recording.begin(metaFixture(NOON));
       Deno.exit();`,
    ],
  }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
}

const CAN_MOUNT = await canMount();

Deno.test({
  name:
    "a record that its writer has left is read where nothing can be written",
  ignore: !CAN_MOUNT,
  fn: () =>
    withFolder(async (folder) => {
      await leaveBehind(folder);
      // With the memory of who wrote it, all is there.
      assert.equal(await read(folder), String(NOON));
      await Deno.remove(`${folder}/run.kar-shm`);
      assert.match(
        await read(folder),
        /^Cannot open the record \S+run\.kar: its last seconds stand in \S+run\.kar-wal, and nothing can be written beside it: copy both into another folder$/,
      );
    }),
});

Deno.test({
  name:
    "a record that stayed two files, and lost one that was empty, is read where nothing can be written",
  ignore: !CAN_MOUNT,
  fn: () =>
    withFolder(async (folder) => {
      await leaveBehind(folder);
      // As SQLite leaves it when the last one closes it.
      const db = new DatabaseSync(`${folder}/run.kar`);
      db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      db.close();
      for (const beside of ["-wal", "-shm"]) {
        await Deno.remove(`${folder}/run.kar${beside}`).catch(() => {});
      }
      assert.equal(await read(folder), String(NOON));
    }),
});
