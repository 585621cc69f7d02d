import assert from "node:assert/strict";
import type { TargetPlan } from "../../src/plan/mod.ts";
import { Nginx } from "./nginx.ts";
import { isFound, planFor, send } from "./support.ts";

const isHere = await isFound("nginx");

function withNginx(name: string, test: (nginx: Nginx) => Promise<void>): void {
  Deno.test({
    name,
    ignore: !isHere,
    fn: async () => {
      await using nginx = await Nginx.start();
      await test(nginx);
    },
  });
}

const WAYS: readonly (readonly [
  string,
  (nginx: Nginx) => Partial<TargetPlan>,
])[] = [
  ["HTTP/1.1", (n) => ({ url: `http://127.0.0.1:${n.http}/ok` })],
  ["HTTP/1.1 over TLS", (n) => ({ url: `https://127.0.0.1:${n.tls}/ok` })],
  [
    "h2c",
    (n) => ({ url: `http://127.0.0.1:${n.h2c}/ok`, protocol: "http2" }),
  ],
  [
    "HTTP/2 over TLS",
    (n) => ({ url: `https://127.0.0.1:${n.tls}/ok`, protocol: "http2" }),
  ],
];

for (const [way, target] of WAYS) {
  withNginx(
    `nginx counts as many requests over ${way} as kar sent`,
    async (nginx) => {
      const s = await send(planFor(target(nginx)), 2000);
      // It ends a connection after 200 requests. Over HTTP/2 a request that is
      // under way just then is refused unseen, and never sent a second time.
      const refused = s.failed.goaway ?? 0;
      assert.deepEqual(s.failed, refused === 0 ? {} : { goaway: refused });
      assert.ok(s.sent > 400 && refused < s.sent / 50);
      assert.equal((await nginx.log()).length, s.sent - refused);
    },
  );
}

withNginx("nginx answering 410 is a failure of kind status", async (nginx) => {
  const url = `http://127.0.0.1:${nginx.http}/gone`;
  const s = await send(planFor({ url }), 1000);
  assert.deepEqual(s.failed, { status: s.sent });
  assert.deepEqual([...s.targets[0]!.status], [[410, s.sent]]);
});

withNginx(
  "nginx with a certificate that nobody trusts is a failure of kind tls",
  async (nginx) => {
    const url = `https://127.0.0.1:${nginx.tls}/ok`;
    const tls = { ca: null, cert: null, key: null, serverName: "localhost" };
    const s = await send(planFor({ url, tls }), 1000);
    assert.deepEqual(s.failed, { tls: s.sent });
    assert.equal((await nginx.log()).length, 0);
  },
);
