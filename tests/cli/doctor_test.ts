import assert from "node:assert/strict";
import { runCli } from "../../src/cli/mod.ts";
import { startEcho } from "../../src/echo/mod.ts";
import { freePort } from "../fixtures/ports.ts";
import { FakeSystem } from "./fake_system.ts";
import { configFor } from "./served.ts";

Deno.test("kar doctor asks each target once, by its reach check, and says what it found", async () => {
  const server = await startEcho({ port: 0 });
  const url = `http://127.0.0.1:${server.ports.http}/api/health`;
  const system = new FakeSystem({
    args: ["doctor", "--config", "kar.yaml", "--json"],
    files: { "kar.yaml": configFor(url) },
  });
  try {
    const code = await runCli(system);
    const { fitness, findings, machines, noiseFloor, versions } = JSON.parse(
      system.stdout.text,
    );
    // How fit a machine is that runs tests, nobody knows.
    assert.equal(code, fitness === "unfit" ? 4 : 0, system.stderr.text);
    const api = findings.find(({ name }: { name: string }) =>
      name === "target api"
    );
    assert.deepEqual(api, {
      name: "target api",
      fitness: "fit",
      text: "answers with 200",
      advice: null,
    });
    const { peakRate, ownRate, eachRate, needed } = machines;
    assert.equal(peakRate, 200);
    assert.equal(eachRate, ownRate / 2);
    assert.ok(needed === null || needed >= peakRate / eachRate);
    assert.ok(noiseFloor.longestMs >= 0 && versions.deno === "2.9.6");
    assert.equal((await server.stats()).total, 1);
  } finally {
    await server.shutdown();
  }
});

Deno.test("kar doctor asks a target whose path has a field", async () => {
  const server = await startEcho({ port: 0 });
  const url = `http://127.0.0.1:${server.ports.http}/api/{{page}}`;
  const system = new FakeSystem({
    args: ["doctor", "--config", "kar.yaml", "--json"],
    files: {
      "kar.yaml": `${configFor(url)}\ndata: { page: { values: [health] } }\n`,
    },
  });
  try {
    await runCli(system);
    const { findings } = JSON.parse(system.stdout.text);
    const { text } = findings.find(({ name }: { name: string }) =>
      name === "target api"
    );
    assert.equal(text, "answers with 200");
  } finally {
    await server.shutdown();
  }
});

Deno.test("kar doctor ends with 4 where a target cannot be reached", async () => {
  const system = new FakeSystem({
    args: ["doctor", "--config", "kar.yaml"],
    files: { "kar.yaml": configFor(`http://127.0.0.1:${freePort()}/`) },
  });
  assert.equal(await runCli(system), 4, system.stderr.text);
  assert.match(
    system.stdout.text,
    /^unfit +target api +refuses the connection/m,
  );
  assert.match(system.stdout.text, /^This machine is not fit/m);
});

Deno.test("kar doctor sends no target more than its reach check, and never a POST or its body", async () => {
  const seen: string[] = [];
  const server = Deno.serve({ port: 0, onListen() {} }, async (request) => {
    seen.push(`${request.method} ${await request.text()}`);
    return new Response("ok");
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  const system = new FakeSystem({
    args: ["doctor", "--config", "kar.yaml", "--json"],
    files: {
      "kar.yaml": `
targets:
  - { name: read, url: "${url}" }
  - { name: write, url: "${url}", method: POST, body: order }
controller: { base_tps: 500, max_tps: 500 }
metrics: { enabled: false }
`,
    },
  });
  try {
    await runCli(system);
    // A port that is open is known without a request.
    assert.deepEqual(seen.filter((line) => !/^(?:GET|HEAD) $/.test(line)), []);
    assert.ok(seen.length >= 1 && seen.length <= 2, `${seen}`);
  } finally {
    await server.shutdown();
  }
});
