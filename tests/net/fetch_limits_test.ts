import { openedFetch } from "../transport/opened.ts";
import assert from "node:assert/strict";
import { Recorder, testCall, testTarget } from "../transport/support.ts";
import { startFaultyServer } from "./faulty_server.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };

Deno.test({
  name: "openFetch() meets a head over limits.max_head_bytes with too_large",
  ...CLEAN,
  fn: async () => {
    const rows: [bytes: number, outcome: string][] = [
      [900, "200"],
      [1100, "too_large"],
    ];
    for (const [bytes, outcome] of rows) {
      await using server = await startFaultyServer(() => [
        {
          act: "send",
          bytes: `HTTP/1.1 200 OK\r\nx-big: ${"a".repeat(bytes)}\r\n` +
            "content-length: 2\r\n\r\nok",
        },
      ]);
      const recorder = new Recorder({ maxHeadBytes: 1024 });
      const transport = openedFetch(
        testTarget({ url: server.origin }),
        recorder,
      );
      transport.send(testCall());
      await recorder.until(1);
      await transport.close();
      assert.deepEqual(recorder.outcomes, [outcome]);
    }
  },
});
