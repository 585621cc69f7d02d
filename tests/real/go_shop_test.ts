/** Journeys against Go's own server, which keeps a log: login, token, cookies, cart, connections. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runYaml } from "../net/journeys.ts";
import { freePort, isFound, startServer } from "./support.ts";

const SOURCE = fileURLToPath(new URL("./go_shop.go", import.meta.url));
const IS_FOUND = await isFound("go");

/** Runs journeys against the shop; the counts of its log, by line. */
async function shopped(protocol: string, connection: string) {
  const folder = await Deno.makeTempDir();
  try {
    const [program, log] = [join(folder, "shop"), join(folder, "log")];
    const { success } = await new Deno.Command("go", {
      args: ["build", "-o", program, SOURCE],
      env: { GO111MODULE: "off", CGO_ENABLED: "0" },
    }).output();
    assert.ok(success, "go cannot build the shop");
    const port = freePort();
    const server = await startServer([program, `${port}`, log], port);
    const base = `http://127.0.0.1:${port}`;
    const yaml = yamlOf(protocol, connection);
    const end = await runYaml(yaml, { server: { base } });
    await server.stop();
    const seen = new Map<string, number>();
    const lines = (await Deno.readTextFile(log)).trim().split("\n");
    const connections = Number(/^connections (\d+)$/.exec(lines.pop()!)![1]);
    for (const line of lines) seen.set(line, (seen.get(line) ?? 0) + 1);
    return { end, seen, connections };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function yamlOf(protocol: string, connection: string): string {
  return `
journeys:
  - name: buy
    base: BASE
    protocol: ${protocol}
    connection: ${connection}
    cookies: true
    steps:
      - name: login
        post: /login
        json: { user: "Ann Ö. \\"{{uuid}}\\"" }
        capture: { token: { json: $.token }, user: { json: $.user } }
      - name: cart
        post: /cart
        headers: { authorization: "Bearer {{token}}" }
        json: { item: "no. {{int 1 9}}" }
        repeat: { int: [1, 3] }
        check: { status: [200], json: { $.user: "{{user}}" } }
      - name: stranger
        post: /cart
        headers: { authorization: Bearer of-nobody }
        json: {}
        ok: [401]
`;
}

for (const protocol of ["http", "http2"]) {
  for (const connection of ["shared", "own"]) {
    Deno.test({
      name:
        `login, token, cookies and cart against Go over ${protocol} (${connection} connection): both sides count the same`,
      ignore: !IS_FOUND,
      fn: async () => {
        const { end, seen, connections } = await shopped(protocol, connection);
        const [buy] = end.journeys;
        const reasons = buy!.steps.flatMap(({ reasons }) => reasons);
        assert.deepEqual([end.failed, end.missed, reasons], [{}, {}, []]);
        const [login, cart, stranger] = buy!.steps;
        assert.ok(login!.sent > 30);
        assert.deepEqual(
          seen,
          new Map([
            ["POST /login 200", login!.sent],
            ["POST /cart 200", cart!.sent],
            ["POST /cart 401", stranger!.sent],
          ]),
        );
        assert.equal(end.requests, [...seen.values()].reduce((a, b) => a + b));
        // As a browser's: one for each visit, and all of its requests on it.
        if (connection === "own") assert.equal(connections, buy!.sent);
        else assert.ok(connections < buy!.sent / 2, `${connections}`);
      },
    });
  }
}
