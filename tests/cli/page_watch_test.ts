import assert from "node:assert/strict";
import { PageWatch } from "../../src/cli/page/watch.ts";
import * as page from "../../src/page/mod.ts";
import type { RecordObserver } from "../../src/record/mod.ts";
import type { Run } from "../../src/run/mod.ts";
import { snapshotFixture } from "../fixtures/snapshot.ts";

/** A watch whose record is closed when a test says so, and the states that its viewers were told. */
function watched(update: () => Promise<void> = () => Promise.resolve()) {
  const closed = Promise.withResolvers<void>();
  const record = { closed: closed.promise, path: "a.kar" } as RecordObserver;
  const watch = new PageWatch(page, record, () => 0);
  const told: string[] = [];
  watch.served = {
    server: {
      update: () => {
        told.push(watch.head()!.report.state);
        return update();
      },
      viewers: () => 1,
      close: () => Promise.resolve(),
    },
    begun: () => {},
    close: () => Promise.resolve(void told.push("closed")),
  };
  const firing = snapshotFixture({ state: "firing" });
  const run = { snapshot: () => firing, forecast: () => [] };
  watch.begun(run as unknown as Run, () => {});
  return { watch, told, close: closed.resolve };
}

Deno.test("viewers are told that a run has ended before its record is closed, and its last numbers once it is", async () => {
  const { watch, told, close } = watched();
  const ended = watch.ended(snapshotFixture({ state: "stopped" }));
  await Promise.resolve();
  assert.deepEqual(told, ["stopped"]);
  close();
  await ended;
  assert.deepEqual(told, ["stopped", "stopped", "closed"]);
});

Deno.test("viewers get the last numbers though a message of before could not be made", async () => {
  let updates = 0;
  const { watch, told, close } = watched(() =>
    ++updates === 1 ? Promise.reject(new Error("locked")) : Promise.resolve()
  );
  close();
  await watch.ended(snapshotFixture({ state: "stopped" }));
  assert.deepEqual(told, ["stopped", "stopped", "closed"]);
});
