import assert from "node:assert/strict";
import {
  FLEET_VERSION,
  type FleetRow,
  type PartHead,
} from "../../src/fleet/mod.ts";
import { connectBus, type Credentials, NatsBus } from "../../src/nats/mod.ts";
import { KarError } from "../../src/base/mod.ts";
import { nkeys } from "@nats-io/transport-node";
import { CERTIFICATES, TEST_CA } from "../net/certificates.ts";
import { until } from "../fixtures/until.ts";
import { NatsServer, natsServers } from "./nats_server.ts";

/*
 * The port by NATS, against every nats-server that is found. Without one the
 * protocol itself is still tested, on a fake bus.
 */

const TLS_FOLDER = new URL("../fixtures/tls", import.meta.url).pathname;

const CODEC = {
  encode: (told: PartHead) => ({
    bytes: new TextEncoder().encode(JSON.stringify(told)),
    without: told.part === 3 ? "something was left out" : null,
  }),
  decode: (bytes: Uint8Array): PartHead =>
    JSON.parse(new TextDecoder().decode(bytes)),
};

async function openBus(
  { port }: NatsServer,
  credentials: Credentials = {},
  { isToOpen = true, isTls = false } = {},
): Promise<NatsBus<PartHead>> {
  const address = { host: "localhost", port, isTls, run: "blue" };
  const nc = await connectBus(address, credentials, "test");
  try {
    return await NatsBus.open(nc, { run: "blue", codec: CODEC, isToOpen });
  } catch (error) {
    await nc.close();
    throw error;
  }
}

const ROW: FleetRow = {
  ...{ version: FLEET_VERSION, id: "r", kar: "0", parts: 3 },
  plan: "ab".repeat(32),
  ...{
    fireMs: Date.UTC(2026, 11, 1),
    fireSlot: 17_963_424_000,
    durationMs: null,
  },
};
const BY = { node: "a", incarnation: "a.1", host: "box", run: "r" };
const PAUSE = {
  slot: 17_963_424_050,
  kind: "pause",
  value: NaN,
  durationMs: 0,
  who: "me",
} as const;
const TOLD: PartHead = {
  ...{ run: "r", part: 2, epoch: 1, seq: 1, spans: [], eventSeq: 0, own: [] },
  ...{ offers: [], isAlone: false, offsetMs: 0, errorMs: 0 },
};

const SERVERS = natsServers();
if (SERVERS.length === 0) {
  Deno.test.ignore("the bus by NATS: no nats-server is found", () => {});
}

/** What anybody may write among the events hides none of those after it. */
async function unreadableEvents(
  { port }: NatsServer,
  bus: NatsBus<PartHead>,
): Promise<void> {
  const address = { host: "localhost", port, isTls: false, run: "blue" };
  const nc = await connectBus(address, {}, "stranger");
  try {
    for (const text of ["", "no JSON", '{"slot":1,"kind":"explode"}']) {
      await nc.request("kar.blue.event", text, { timeout: 1000 });
    }
  } finally {
    await nc.close();
  }
  const stored = await bus.publish({ ...PAUSE, kind: "resume" }, 4);
  assert.ok(!stored.isStale && stored.seq === 5);
  const { events } = await bus.look(2, 0);
  assert.deepEqual(events.map(({ seq, kind }) => [seq, kind]), [
    ...[[1, "pause"], [2, "unread"], [3, "unread"], [4, "unread"]],
    [5, "resume"],
  ]);
  assert.match(events[3]!.who, /event\.kind is "explode", must be one of/);
  assert.equal(bus.tell(TOLD), null);
  assert.equal(bus.tell({ ...TOLD, part: 3 }), "something was left out");
}

/** A claim that is given up, a server that is killed, and a run that is forgotten. */
async function outlives(
  server: NatsServer,
  bus: NatsBus<PartHead>,
): Promise<void> {
  assert.equal((await bus.release(2))?.node, "a");
  assert.equal((await bus.look(2, 0)).claim, null);
  const taken = await bus.claim(2, { ...BY, node: "b" });
  assert.ok(
    taken.isHeld && taken.isTakeover,
    "another one may have sent it",
  );

  await server.kill();
  await assert.rejects(bus.look(2, 0), KarError);
  bus.tell(TOLD);
  await server.begin();
  await until(
    "it is reached again",
    () => bus.look(2, 0).then(() => true, () => false),
  );
  assert.equal(
    (await bus.look(2, 0)).claim?.node,
    "b",
    "a store that is kept is whole",
  );
  await bus.clockLook(() => performance.now());

  await bus.remove();
  await assert.rejects(bus.look(2, 0), /keeps nothing of this run/);
}

/** The guide's configuration with a member that may send part 2 alone. */
function withSecond(config: string): string {
  const [member] = /^ *\{ user: member,[^]*?\} \}$/m.exec(config)!;
  const second = member.replaceAll(/\.(part|snap)\.\*/g, ".$1.2")
    .replace("user: member", "user: second").replace(
      "KAR_MEMBER",
      "KAR_SECOND",
    );
  return config.replace(member, `${member}\n${second}`);
}

for (const program of SERVERS) {
  Deno.test(`the bus by NATS keeps plan, run, claims, events and what parts tell (${program})`, async () => {
    const server = await NatsServer.start(program);
    await assert.rejects(
      openBus(server, {}, { isToOpen: false }),
      (error: KarError) => error.exit === "notRunning",
    );
    const bus = await openBus(server);
    try {
      const look = await bus.clockLook(() =>
        performance.timeOrigin + performance.now()
      );
      assert.ok(
        Math.abs(look.offsetMs) < look.errorMs + 5,
        "one machine has one clock",
      );
      const sha = await bus.putPlan('{"a":1}');
      assert.equal(await bus.getPlan(sha), '{"a":1}');
      await assert.rejects(
        bus.getPlan("0".repeat(64)),
        /does not have the plan/,
      );
      assert.equal(await bus.readRun(), null);
      assert.deepEqual(await bus.openRun(ROW), ROW);
      assert.deepEqual(await bus.openRun({ ...ROW, id: "other" }), ROW);

      const first = await bus.claim(2, BY);
      assert.ok(first.isHeld && !first.isTakeover);
      const refused = await bus.claim(2, { ...BY, node: "b" });
      assert.ok(!refused.isHeld && refused.by.node === "a");
      const again = await bus.claim(2, { ...BY, incarnation: "a.2" });
      assert.ok(again.isHeld && again.isTakeover);
      assert.ok(again.claim.epoch > first.claim.epoch);
      assert.ok(
        again.claim.storedMs > first.claim.storedMs,
        "stamps are finer than a millisecond",
      );
      assert.equal((await bus.look(2, 0)).claim?.incarnation, "a.2");

      let hints = 0;
      bus.onHint(() => hints++);
      const heard: PartHead[] = [];
      bus.hear(({ read }) => heard.push(read()!));
      const stored = await bus.publish(PAUSE, 0);
      assert.ok(!stored.isStale && stored.seq === 1);
      assert.deepEqual(await bus.publish(PAUSE, 0), { isStale: true });
      const { events } = await bus.look(2, 0);
      assert.deepEqual(events, [{
        ...PAUSE,
        seq: 1,
        storedMs: stored.storedMs,
      }]);
      assert.deepEqual((await bus.look(2, 1)).events, []);
      assert.equal(hints >= 1, true);

      await unreadableEvents(server, bus);

      await bus.tellSurely(TOLD);
      await bus.tellSurely({ ...TOLD, seq: 2 });
      const seqs = (all: readonly PartHead[]) =>
        all.filter(({ part }) => part === 2).map(({ seq }) => seq);
      assert.deepEqual(seqs(await bus.lastTold()), [2]);
      assert.deepEqual(seqs(heard), [1, 1, 2]);

      await outlives(server, bus);
    } finally {
      await bus.close();
      await server.close();
    }
  });

  Deno.test(`the guide's configuration of nats-server gives each the rights it needs (${program})`, async () => {
    const guide = await Deno.readTextFile("docs/guides/several-machines.md");
    const [, config] = /```\n# nats\.conf\n([^]*?)```/.exec(guide)!;
    const folder = await Deno.makeTempDir({ prefix: "kar-nats-store-" });
    const env = Object.fromEntries(
      ["OPENER", "MEMBER", "SECOND", "OPERATOR", "VIEWER"].map((
        who,
      ) => [`KAR_${who}`, `${who.toLowerCase()}-secret`]),
    );
    const server = await NatsServer.start(program, {
      config: withSecond(config!).replace("/var/lib/nats", folder),
      env,
    });
    const as = (user: string, isToOpen = false) =>
      openBus(server, { user, password: `${user}-secret` }, { isToOpen });
    const open: NatsBus<PartHead>[] = [];
    try {
      await assert.rejects(openBus(server), /refuses the connection/);
      const opener = await as("opener", true);
      open.push(opener);
      const sha = await opener.putPlan("{}");
      await opener.openRun({ ...ROW, plan: sha });
      const member = await as("member", true);
      open.push(member);
      const now = () => performance.now();
      await member.clockLook(now);
      assert.equal(await member.getPlan(sha), "{}");
      assert.ok((await member.claim(2, BY)).isHeld);
      await member.tellSurely(TOLD);
      await assert.rejects(member.publish(PAUSE, 0), KarError);
      const operator = await as("operator");
      open.push(operator);
      await operator.clockLook(now);
      assert.equal((await operator.publish(PAUSE, 0)).isStale, false);
      assert.equal((await operator.release(2))?.node, "a");
      await assert.rejects(operator.tellSurely(TOLD), KarError);
      const second = await as("second");
      open.push(second);
      assert.ok((await second.claim(2, BY)).isHeld);
      await second.tellSurely(TOLD);
      await assert.rejects(second.claim(1, BY), KarError);
      await assert.rejects(second.tellSurely({ ...TOLD, part: 1 }), KarError);
      const viewer = await as("viewer");
      open.push(viewer);
      await viewer.clockLook(now);
      const heard = Promise.withResolvers<PartHead>();
      viewer.hear(({ read }) => heard.resolve(read()!));
      assert.equal((await viewer.look(2, 0)).events.length, 1);
      assert.equal((await viewer.lastTold()).length, 1);
      await member.tellSurely({ ...TOLD, seq: 2 });
      assert.equal((await heard.promise).seq, 2);
      await assert.rejects(viewer.claim(1, BY), KarError);
      await assert.rejects(viewer.publish(PAUSE, 1), KarError);
    } finally {
      for (const bus of open) await bus.close();
      await server.close();
      await Deno.remove(folder, { recursive: true });
    }
  });

  Deno.test(`the bus is reached by token, by NKEY, and by TLS with a certificate of its own (${program})`, async () => {
    const token = await NatsServer.start(program, {
      config: 'authorization { token: "s3cret" }\n',
    });
    await (await openBus(token, { token: "s3cret" })).close();
    await assert.rejects(
      openBus(token, { token: "wrong" }),
      /refuses the connection/,
    );
    await token.close();
    const user = nkeys.createUser();
    const nkey = new TextDecoder().decode(user.getSeed());
    const keyed = await NatsServer.start(program, {
      config: `authorization { users: [{ nkey: ${user.getPublicKey()} }] }\n`,
    });
    await (await openBus(keyed, { nkey })).close();
    await keyed.close();
    const { cert, key } = CERTIFICATES.client;
    const tls = await NatsServer.start(program, {
      config:
        `tls { cert_file: "${TLS_FOLDER}/server.crt", key_file: "${TLS_FOLDER}/server.key", ca_file: "${TLS_FOLDER}/ca.crt", verify: true }\n`,
    });
    const isTls = true;
    await (await openBus(tls, { ca: TEST_CA, cert, key }, { isTls })).close();
    await assert.rejects(openBus(tls, {}, { isTls }), KarError);
    await assert.rejects(openBus(tls, { ca: TEST_CA }, { isTls }), KarError);
    await tls.close();
  });
}
