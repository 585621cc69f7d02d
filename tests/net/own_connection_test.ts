/** Journeys on connections of their own, as a browser has them. */
import assert from "node:assert/strict";
import { JourneyServer, runYaml } from "./journeys.ts";

const PROTOCOLS = ["http", "http2"] as const;

for (const protocol of PROTOCOLS) {
  const open = (reply: Parameters<typeof JourneyServer.open>[0]) =>
    JourneyServer.open(reply, { isHttp2: protocol === "http2" });

  Deno.test(`each step on an own connection of ${protocol} has its own checks and captures`, async () => {
    let n = 0;
    await using server = await open(({ line, headers }) =>
      line === "GET /in"
        ? { body: JSON.stringify({ n: ++n }), headers: { "x-n": `${n}` } }
        : { body: JSON.stringify({ n: Number(headers["x-n"]) }) }
    );
    const end = await runYaml(
      `
journeys:
  - name: own
    base: BASE
    protocol: ${protocol}
    connection: own
    steps:
      - name: in
        get: /in
        capture: { n: { header: x-n } }
      - name: same
        get: /same
        headers: { x-n: "{{n}}" }
        check: { body: { contains: "{{n}}" } }
      - name: other
        get: /other
        headers: { x-n: "{{n}}" }
        check: { body: { contains: "not there" } }
        on_failure: continue
      - { name: last, get: /last, timeout: 5s }
`,
      { server },
    );
    const [own] = end.journeys;
    assert.ok(own!.sent > 40);
    const steps = own!.steps.map(({ name, ok, failed }) => ({
      name,
      ok,
      failed,
    }));
    const { sent } = own!;
    assert.deepEqual(steps, [
      { name: "own/in", ok: sent, failed: {} },
      { name: "own/same", ok: sent, failed: {} },
      { name: "own/other", ok: 0, failed: { check: sent } },
      { name: "own/last", ok: sent, failed: {} },
    ]);
    assert.equal(own!.ok, sent);
    const byConnection = Map.groupBy(
      server.seen,
      ({ connection }) => connection,
    );
    // Over HTTP/2 the server does not tell.
    if (protocol === "http2") byConnection.clear();
    else assert.equal(byConnection.size, sent);
    for (const requests of byConnection.values()) {
      assert.deepEqual(
        requests.map(({ line }) => line),
        ["GET /in", "GET /same", "GET /other", "GET /last"],
      );
    }
    assert.equal(end.timing.connect.count, sent);
  });
}
