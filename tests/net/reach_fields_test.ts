import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { reach } from "../../src/transport/clients/mod.ts";
import { dataSet, sourcesOf } from "../request/support.ts";
import { outcomeText, Recorder, testTarget } from "../transport/support.ts";

Deno.test("a target whose requests have fields and checks is asked for its health as its first arrival would", async () => {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(request.url!);
    response.end("ok");
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  const sources = sourcesOf([
    dataSet("users", [{ id: 7 }, { id: 8 }], {
      kind: "in_order",
      atEnd: "stop",
    }),
  ]);
  const target = testTarget({
    url: `http://127.0.0.1:${port}/{{users.id}}?n={{seq}}`,
    check: {
      status: [[404, 404]],
      headers: [],
      contains: null,
      matches: null,
      json: [["$.a", 1]],
    },
  });
  const context = Object.assign(new Recorder(), { sources });
  assert.equal(outcomeText(await reach(target, context)), "200");
  assert.deepEqual(seen, ["/7?n=0"]);
  server.close();
  server.closeAllConnections();
});
