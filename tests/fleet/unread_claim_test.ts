import assert from "node:assert/strict";
import {
  type Codec,
  connectBus,
  NatsBus,
  type ToldBytes,
} from "../../src/nats/mod.ts";
import {
  FLEET_VERSION,
  holderText,
  type PartHead,
  unreadClaim,
} from "../../src/fleet/mod.ts";
import { History } from "./history/history.ts";
import { NatsServer, natsServers } from "./nats_server.ts";

/* What stands on the bus in the place of a claim and is none: somebody else's. */

const WHY = /claim\.node is missing/;
const BY = { node: "a", incarnation: "a.1", host: "h", run: "r" };

Deno.test("a member stops at once where its claim was written over by what is none", async () => {
  const history = new History({ seed: 1, parts: 1, onBusLoss: "continue" });
  history.begin(0);
  await history.clock.run(7000);
  const { server, clock } = history;
  const at = { part: 1, epoch: 99, storedMs: clock.now() };
  server.claims.set(1, { ...unreadClaim("why"), ...at });
  await clock.run(1000);
  const { sender, member } = history.parts[0]!.at(-1)!;
  const made = sender!.made.length;
  await clock.run(5000);
  assert.equal(sender!.made.length, made, "it sends nothing more");
  assert.equal(member!.isAlone, false);
});

for (const program of natsServers()) {
  Deno.test(`a claim that cannot be read holds its part, stops no look at the others, and can be released (${program})`, async () => {
    const server = await NatsServer.start(program);
    const nc = await connectBus(
      { host: "127.0.0.1", port: server.port, isTls: false, run: "blue" },
      ...[{}, "test"] as const,
    );
    const bus = await NatsBus.open(nc, {
      ...{ run: "blue", codec: NO_CODEC, isToOpen: true },
    });
    try {
      await bus.openRun({
        ...{
          version: FLEET_VERSION,
          id: "r",
          kar: "0",
          plan: "a".repeat(64),
          parts: 2,
        },
        ...{ fireMs: 0, fireSlot: 0, durationMs: null },
      });
      await bus.claim(1, BY);
      await bus.claim(2, BY);
      nc.publish("kar.blue.part.2", `{"oops":1}`);
      await nc.flush();
      const { claim } = await bus.look(2, 0);
      assert.match(claim!.unread!, WHY);
      assert.match(holderText(claim!), /^something that is no claim \(/);
      const claims = await bus.claims();
      assert.deepEqual(claims.map(({ node }) => node), ["a", ""]);
      const again = await bus.claim(2, { ...BY, node: "" });
      assert.equal(again.isHeld, false);
      assert.match((await bus.release(2))!.unread!, WHY);
      assert.ok((await bus.claim(2, { ...BY, node: "b" })).isHeld);
    } finally {
      await bus.close();
      await server.close();
    }
  });
}

const NO_CODEC: Codec<PartHead> = {
  encode: (): ToldBytes => ({ bytes: new Uint8Array(), without: null }),
  decode: () => {
    throw new Error("nobody tells anything");
  },
};
