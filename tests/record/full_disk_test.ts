/** A real disk that is full: a small one in memory, which the test mounts for itself. */
import assert from "node:assert/strict";
import { withFolder } from "../daemon/support.ts";

const CHILD = new URL("./full_disk_child.ts", import.meta.url).pathname;
const SIZE = "4m";

/** Runs a command with a folder that is a disk of its own of so many bytes. */
function onSmallDisk(folder: string, size: string, args: readonly string[]) {
  const mount =
    'mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && exec "$@"';
  return new Deno.Command("unshare", {
    args: ["-rm", "sh", "-c", mount, "sh", size, folder, ...args],
  }).output();
}

/** Whether this machine lets one mount such a disk. */
async function canMount(): Promise<boolean> {
  let can = false;
  try {
    await withFolder(async (folder) => {
      can = (await onSmallDisk(folder, "64k", ["true"])).success;
    });
  } catch {
    // There is no such command.
  }
  return can;
}

/** What a run came to on a small disk that is filled. */
async function runOn(folder: string, when: "running" | "closing") {
  const { stdout, stderr } = await onSmallDisk(folder, SIZE, [
    ...[Deno.execPath(), "run", "-A", "--no-check", CHILD, folder, when],
  ]);
  const decoder = new TextDecoder();
  const text = decoder.decode(stdout);
  assert.ok(text.startsWith("{"), decoder.decode(stderr));
  return JSON.parse(text);
}

Deno.test({
  name: "a disk that is full as a record is closed is told, in the report too",
  ignore: !await canMount(),
  fn: () =>
    withFolder(async (folder) => {
      const { code, report, log } = await runOn(folder, "closing");
      assert.equal(code, 0, log);
      const told =
        /The record \S+run\.kar (lacks its last seconds and the run's end|is complete, but stays two files|is not written since \S+): /;
      assert.match(report.warnings.join("\n"), told);
    }),
});

Deno.test({
  name: "a full disk costs the record and not the traffic, and is told",
  ignore: !await canMount(),
  fn: () =>
    withFolder(async (folder) => {
      const { code, report, log, recorded } = await runOn(folder, "running");
      assert.equal(code, 0, log);
      assert.ok(report.sent > 0);
      assert.equal(report.completed, report.sent);
      assert.equal(report.due, report.sent);
      const told =
        /The record \S+run\.kar is not written since \S+: no room is left/;
      assert.match(report.warnings.join("\n"), told);
      // What was written before is sound.
      assert.ok(recorded > 0 && recorded < 90, `${recorded} s`);
    }),
});
