import assert from "node:assert/strict";
import { until } from "../fixtures/until.ts";
import { FAULTS, startFaultyServer } from "./faulty_server.ts";

const CHILD = new URL("./exhaustion_child.ts", import.meta.url);

for (const client of ["fetch", "http1"]) {
  Deno.test({
    name: `a ${client} client counts running out of files as kar's own fault`,
    ignore: Deno.build.os === "windows",
    sanitizeOps: true,
    sanitizeResources: true,
    fn: async () => {
      await using server = await startFaultyServer(FAULTS.neverAnswer);
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: [
          "-c",
          'ulimit -n 64 && exec "$0" run --quiet -A "$@"',
          Deno.execPath(),
          ...[CHILD.href, client, server.origin],
        ],
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const outcomes: string[] = JSON.parse(new TextDecoder().decode(stdout));
      assert.equal(outcomes.length, 81);
      assert.deepEqual(new Set(outcomes), new Set(["generator", "timeout"]));
      if (client === "fetch") return;
      // What was sent is what arrived: no call that lacked a file reached it.
      const timeouts = outcomes.filter((outcome) => outcome === "timeout");
      await until("all came", () => server.requests >= timeouts.length);
      assert.equal(server.requests, timeouts.length);
    },
  });
}
