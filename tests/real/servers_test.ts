import assert from "node:assert/strict";
import { startRun } from "../../src/controller/mod.ts";
import { pause, planFor, send } from "./support.ts";
import { canStart, RealServer, SERVER_KINDS } from "./servers.ts";

const WAYS = ["HTTP/1.1", "HTTP/1.1 over TLS", "h2c", "HTTP/2 over TLS"];
/** Logs are written a little after the answer. */
const LOG_MS = 500;

for (const kind of SERVER_KINDS) {
  const ignore = !await canStart(kind);
  for (const way of WAYS) {
    Deno.test({
      name: `${kind.name} counts as many requests over ${way} as kar sent`,
      ignore,
      fn: async () => {
        await using server = await RealServer.start(kind);
        const s = await send(planFor(server.ways[way]!), 2000);
        // Where it ends a connection of HTTP/2 after some requests, one under
        // way is refused unseen, and never sent a second time.
        const refused = s.failed.goaway ?? 0;
        assert.deepEqual(s.failed, refused === 0 ? {} : { goaway: refused });
        assert.ok(s.sent > 400 && refused < s.sent / 50);
        await pause(LOG_MS);
        assert.equal(await server.count(), s.sent - refused);
      },
    });
  }

  for (const way of ["HTTP/1.1", "HTTP/2 over TLS"]) {
    Deno.test({
      name: `${kind.name} restarts under load over ${way}, and is met again`,
      ignore,
      fn: async () => {
        await using server = await RealServer.start(kind);
        const plan = planFor({ ...server.ways[way]!, timeoutMs: 2000 });
        const run = await startRun({ plan, variables: {}, durationMs: 7000 });
        await pause(1500);
        await server.stop();
        await pause(1000);
        await server.restart();
        const upAtMs = run.snapshot().nowMs - run.snapshot().startMs;
        const s = await run.finished;
        assert.ok((s.failed.refused ?? 0) > 0, "refused while it was down");
        // What was sent before it listened again may still fail in that second.
        const after = s.steps.filter(({ t }) => t > upAtMs + 1000);
        assert.ok(after.length >= 1);
        for (const step of after) {
          assert.equal(step.failed, 0, `${step.t} ms`);
          assert.equal(step.missed, 0);
          assert.equal(step.ok, step.completed);
        }
      },
    });
  }
}
