import assert from "node:assert/strict";
import { parse as parseYaml } from "yaml";
import { buildTree } from "../../src/cli/tree/tree.ts";
import { FakeSystem } from "../cli/fake_system.ts";

/* No engine starts it here; what can be known without one is looked at. */

const FOLDER = new URL("../../deploy/compose/", import.meta.url);

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command: string;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: readonly string[];
}

const FLEET: {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
} = parseYaml(Deno.readTextFileSync(new URL("fleet.yaml", FOLDER)), {
  merge: true,
});

const OF_KAR = Object.entries(FLEET.services)
  .filter(([, { image }]) => image === "kar");

/** The options of a line of kar, by the real command tree. */
async function parsed(line: string): Promise<Record<string, unknown>> {
  const tree = buildTree({ system: new FakeSystem(), ended: () => {} });
  let flags: Record<string, unknown> = {};
  for (const command of tree.commands) {
    command.action(() => {
      flags = command.opts();
    });
  }
  await tree.parseAsync(line.split(" "), { from: "user" });
  return flags;
}

for (const [name, { command }] of OF_KAR) {
  Deno.test(`kar can be started as ${name} of the fleet's compose file starts it`, async () => {
    await parsed(command);
  });
}

Deno.test("the compose file has three members, each another part of one run", async () => {
  const members = OF_KAR.filter(([name]) => name.startsWith("part-"));
  assert.equal(members.length, 3);
  const records = new Set();
  for (const [name, { command }] of members) {
    const { stripe, stripeIndex, node, record } = await parsed(command);
    assert.equal(node, name);
    assert.ok(stripe !== undefined || stripeIndex !== undefined);
    assert.match(command, new RegExp(`--stripe ${name.slice(5)}/3 `));
    assert.match(command, / nats:\/\/nats:4222\/blue /);
    records.add(record);
  }
  assert.equal(records.size, 3);
});

Deno.test("the compose file of the fleet mounts, waits for and names what there is", () => {
  for (
    const { volumes = [], depends_on = [] } of Object.values(FLEET.services)
  ) {
    for (const service of depends_on) {
      assert.ok(Object.hasOwn(FLEET.services, service), service);
    }
    for (const [source] of volumes.map((volume) => volume.split(":"))) {
      if (source!.startsWith(".")) {
        assert.ok(Deno.statSync(new URL(source!, FOLDER)).isFile, source!);
      } else {
        assert.ok(Object.hasOwn(FLEET.volumes, source!), source!);
      }
    }
  }
});

Deno.test("the compose file of the fleet opens one port, to this machine only", () => {
  const ports = Object.values(FLEET.services)
    .flatMap(({ ports = [] }) => ports);
  assert.deepEqual(ports, ["127.0.0.1:9090:9090"]);
});

Deno.test("the compose file of the fleet names a version of what it does not build", () => {
  for (const [name, { image, build }] of Object.entries(FLEET.services)) {
    if (build === undefined) assert.match(image, /:\d+\.\d+\.\d+$/, name);
    else {assert.ok(
        Deno.statSync(new URL(`${build}/Dockerfile`, FOLDER)).isFile,
      );}
  }
});

Deno.test("the fleet sends to the echo server that the compose file starts", () => {
  const { targets } = parseYaml(
    Deno.readTextFileSync(
      new URL("../../configs/docker/compose.yaml", FOLDER),
    ),
  );
  for (const { url } of targets) {
    const { hostname, port } = new URL(url);
    assert.match(
      FLEET.services[hostname]!.command,
      new RegExp(`port ${port}\\b`),
    );
  }
});
