import assert from "node:assert/strict";
import { pause, planFor, send, sendAcrossRestart } from "./support.ts";
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
        assert.ok(s.sent > 100 && refused < s.sent / 20);
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
        const { after } = await sendAcrossRestart(plan, server);
        for (const step of after) {
          assert.equal(step.failed, 0, `${step.t} ms`);
          assert.ok(step.ok > 0);
        }
      },
    });
  }
}
