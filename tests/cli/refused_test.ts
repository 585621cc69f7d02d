import assert from "node:assert/strict";
import { wizardDeps } from "../../src/cli/wizard_deps.ts";
import { FakeSystem } from "./fake_system.ts";
import { kar } from "./kar.ts";

/*
 * What cannot be used is told before anything is sent: by `kar validate` with
 * its place, and by `kar run`, which refuses it in the same words.
 */

const TLS = new URL("../fixtures/tls/", import.meta.url).pathname;
const PROTO = `syntax = "proto3"; package demo;
import "google/protobuf/wrappers.proto";
message Item { string id = 1; int32 count = 2; repeated Item parts = 3; }
service Store {
  rpc Put(Item) returns (Item);
  rpc PutAll(stream Item) returns (Item);
  rpc Name(google.protobuf.StringValue) returns (Item);
}`;

/** A folder with files to name, and configs in it. */
async function withFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir({ prefix: "kar-refused-" });
  try {
    await Deno.writeTextFile(`${folder}/demo.proto`, PROTO);
    await Deno.writeTextFile(
      `${folder}/import.proto`,
      'syntax = "proto3"; import "gone.proto";',
    );
    await Deno.writeTextFile(`${folder}/bad.binpb`, "nonsense");
    await Deno.writeTextFile(`${folder}/empty.pem`, "");
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const GRPC = "url: http://127.0.0.1:1, protocol: grpc";
const PUT = "method: demo.Store/Put, proto: [demo.proto]";

/** A target, and what of it is told; `1:` is its line, and every path begins in it. */
const REFUSED: readonly (readonly [target: string, ...told: RegExp[]])[] = [
  [
    `${GRPC}, grpc: {${PUT}, message: {idd: x, count: 3000000000, parts: [{id: 5}]}}`,
    /^grpc\.message\.idd: is not a field of demo\.Item, did you mean id\?$/,
    /^grpc\.message\.count: must be a whole number from -2147483648 to 2147483647 \(int32\), got 3000000000$/,
    /^grpc\.message\.parts\.0\.id: must be text; put it in quotes, got 5$/,
  ],
  [
    `${GRPC}, grpc: {${PUT}, message: [{}, {}]}`,
    /^grpc\.message: must be one message, which the method takes, got a list of 2$/,
  ],
  [
    `${GRPC}, grpc: {method: demo.Store/PutAll, proto: [demo.proto], message: []}`,
    /^grpc\.message: must have from 1 to 1000 messages, got 0$/,
  ],
  [
    `${GRPC}, client: connect, grpc: {method: demo.Store/Name, proto: [demo.proto], message: {value: x}}`,
    /^grpc\.message: must be text; put it in quotes, got a mapping$/,
  ],
  [
    `${GRPC}, grpc: {method: demo.Store/Take, proto: [demo.proto]}`,
    /^grpc\.method: demo\.Store has no method Take; there is Put, PutAll, Name$/,
  ],
  [
    `${GRPC}, grpc: {method: Store/Put, proto: [demo.proto]}`,
    /^grpc\.method: there is no service Store, did you mean demo\.Store\?$/,
  ],
  [
    `${GRPC}, grpc: {${PUT}, proto_path: [nowhere]}`,
    /^grpc\.proto_path\.0: the folder .*\/nowhere does not exist/,
  ],
  [
    `${GRPC}, grpc: {method: a.B/C, proto: [import.proto, gone.proto]}`,
    /^grpc\.proto\.0: imports gone\.proto, which is not there; looked in /,
    /^grpc\.proto\.1: the file .*\/gone\.proto does not exist/,
  ],
  [
    `${GRPC}, grpc: {method: a.B/C, descriptor_set: bad.binpb}`,
    /^grpc\.descriptor_set: .*bad\.binpb is not a descriptor set; write one with protoc/,
  ],
  [
    `${GRPC}, grpc: {message: {servce: x}}`,
    /^grpc\.message\.servce: is not a field of grpc\.health\.v1\.HealthCheckRequest, did you mean service\?$/,
  ],
  [
    `${GRPC}, headers: {grpc-timeout: 1S}`,
    /^headers\.grpc-timeout: is set by kar as gRPC says: leave it out$/,
  ],
  [
    `url: https://localhost/, tls: {cert: "${TLS}client.crt", key: "${TLS}server.key"}`,
    /^tls\.key: .*server\.key is not the key of .*client\.crt, must belong/,
  ],
  [
    `url: https://localhost/, tls: {cert: "${TLS}client.crt", key: "${TLS}client_encrypted.key"}`,
    /^tls\.key: .*client_encrypted\.key has a passphrase, which kar cannot ask for/,
  ],
  [
    `url: https://localhost/, tls: {cert: "${TLS}expired.crt", key: "${TLS}expired.key"}`,
    /^tls\.cert: .*expired\.crt has expired at 2020-/,
  ],
  [
    `url: https://localhost/, tls: {ca: "${TLS}client.key", cert: gone.pem, key: empty.pem}`,
    /^tls\.ca: .*client\.key holds a private key, must hold a certificate in PEM$/,
    /^tls\.cert: the file .*gone\.pem does not exist$/,
  ],
  [
    `url: https://localhost/, client: fetch, tls: {ca: .}`,
    /^tls\.ca: .* is a folder, must be a file$/,
  ],
  [
    `url: "http://localhost:6000/", client: fetch`,
    /^url: must not name port 6000 with client: fetch/,
  ],
];

const INDENT = "targets: [{ name: a, ";

/** The problems of a config whose only target is this, without file and place. */
async function validated(folder: string, target: string) {
  const path = `${folder}/kar.yaml`;
  const files = { [path]: `${INDENT}${target} }]\n` };
  const { code, out } = await kar(["validate", path], { files });
  const lines = out.trimEnd().split("\n").slice(0, -1);
  return { code, lines, files, path };
}

Deno.test("kar validate tells what a run would refuse, all of it, once, with its place; and kar run says the same", () =>
  withFolder(async (folder) => {
    for (const [target, ...told] of REFUSED) {
      const { code, lines, files, path } = await validated(folder, target);
      assert.equal(code, 3, target);
      const start = /^.*\/kar\.yaml:1:\d+: targets\.0(?:\.|: )/;
      for (const line of lines) assert.match(line, start);
      const bare = lines.map((line) => line.replace(start, ""));
      assert.equal(bare.length, told.length, bare.join("\n"));
      told.forEach((one, i) => assert.match(bare.toSorted(by(told))[i]!, one));
      const args = ["run", "--config", path, "--duration", "1s", "--quiet"];
      const run = await kar(args, { files });
      assert.equal(run.code, 3, target);
      // What a worker's client refuses has no place, but the same words.
      const words = bare.map((line) => line.replace(/^[\w.-]+: /, ""));
      for (const one of words) assert.ok(run.err.includes(one), run.err);
    }
  }));

/** The order of what is expected: problems stand in the order of the file. */
function by(told: readonly RegExp[]) {
  const rank = (line: string) => told.findIndex((one) => one.test(line));
  return (a: string, b: string) => rank(a) - rank(b);
}

const LEFT_OPEN =
  "targets.0.grpc: the method and message are checked when the run starts, by asking the server";

Deno.test("kar validate takes files that a run can use, and asks nobody", () =>
  withFolder(async (folder) => {
    const good = [
      `${GRPC}, grpc: {${PUT}, message: {id: x, parts: [{count: "5"}]}}`,
      `${GRPC}, grpc: {method: demo.Store/Name, proto: [demo.proto], message: hello}`,
      `${GRPC}, grpc: {method: not.Here/Known, reflection: true, message: {any: 1}}`,
      `url: https://localhost/, tls: {ca: "${TLS}ca.crt", cert: "${TLS}client.crt", key: "${TLS}client.key"}`,
      `url: https://localhost/, tls: {ca: "${TLS}expired.crt", insecure: true}`,
      `url: https://localhost/, protocol: http2, headers: {x: y}`,
    ];
    for (const target of good) {
      const { code, lines } = await validated(folder, target);
      const errors = lines.filter((line) =>
        !line.includes(": warning: ") && line !== LEFT_OPEN
      );
      assert.deepEqual([code, errors], [0, []], target);
      const isReflected = target.includes("reflection: true");
      assert.equal(lines.includes(LEFT_OPEN), isReflected, target);
    }
  }));

Deno.test("kar validate finds files whose names hold variables, and shows no value", () =>
  withFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    const text = `targets:
  - name: api
    url: "https://127.0.0.1:1/"
    tls: { ca: "\${SECRET}/ca.pem", cert: "\${TLS}client.crt", key: "\${TLS}client.key" }
`;
    const { code, out } = await kar(["validate", path], {
      files: { [path]: text },
      env: { SECRET: "/hunter2", TLS },
    });
    assert.equal(code, 3);
    const lines = out.trimEnd().split("\n");
    assert.match(
      lines[0]!,
      /:4:16: targets\.0\.tls\.ca: the file \$\{SECRET\}\/ca\.pem does not exist/,
    );
    assert.equal(lines.length, 2);
    assert.doesNotMatch(out, /hunter2/);
  }));

Deno.test("kar run tells the faults of all targets at once", () =>
  withFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    const text = `targets:
  - { name: a, ${GRPC}, grpc: { ${PUT}, message: { x: 1 } } }
  - { name: b, url: "https://localhost/", tls: { ca: gone.pem } }
`;
    const files = { [path]: text };
    const { code, err } = await kar(
      ["run", "--config", path, "--duration", "1s", "--quiet"],
      { files },
    );
    assert.equal(code, 3);
    assert.match(err, /:2:\d+: targets\.0\.grpc\.message\.x: is not a field/);
    assert.match(
      err,
      /:3:\d+: targets\.1\.tls\.ca: the file .*gone\.pem does not exist/,
    );
  }));

Deno.test("kar start --daemon tells here what its run would refuse, and starts none", () =>
  withFolder(async (folder) => {
    const path = `${folder}/kar.yaml`;
    const target = `${GRPC}, grpc: {${PUT}, message: {idd: x}}`;
    const files = { [path]: `${INDENT}${target} }]\n` };
    const { code, out, err } = await kar(
      ["start", "--daemon", "--config", path],
      { files, env: { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: folder } },
    );
    assert.deepEqual([code, out], [3, ""]);
    assert.match(err, /targets\.0\.grpc\.message\.idd: is not a field of demo/);
  }));

Deno.test("the wizard's look tells a target that cannot be asked at all", async () => {
  const { reach } = wizardDeps(new FakeSystem());
  const reached = await reach(
    `targets: [{ name: a, ${GRPC}, grpc: { message: { servce: x } } }]`,
  );
  assert.equal(reached.isOk, false);
  assert.match(
    reached.text,
    /^cannot be asked: grpc\.message\.servce: is not a field of grpc\.health/,
  );
});
