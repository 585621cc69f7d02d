import assert from "node:assert/strict";
import { freePort } from "../fixtures/ports.ts";
import { wizardDeps } from "../../src/cli/wizard_deps.ts";
import {
  DEFAULT_ANSWERS,
  documentOf,
  type Saved,
} from "../../src/screen/wizard/mod.ts";
import { CERTIFICATES } from "../net/certificates.ts";
import { FAULTS, startFaultyServer } from "../net/faulty_server.ts";
import { answerGrpc, GrpcServer } from "../transport/law_grpc_server.ts";
import { FakeSystem } from "./fake_system.ts";

Deno.test("wizardDeps() saves, replaces only when told to, and says why it cannot", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kar-wizard-" });
  try {
    const isFolder = (path: string) => Promise.resolve(path === folder);
    const { save } = wizardDeps(
      { ...new FakeSystem(), isFolder } as FakeSystem,
    );
    const path = `${folder}/a.yaml`;
    assert.deepEqual(await save(path, "one", "new"), { kind: "saved" });
    assert.deepEqual(await save(path, "two", "new"), { kind: "exists" });
    assert.equal(await Deno.readTextFile(path), "one");
    assert.deepEqual(await save(path, "two", "replace"), { kind: "saved" });
    assert.equal(await Deno.readTextFile(path), "two");
    const whyOf = (saved: Saved) => saved.kind === "refused" ? saved.why : "";
    assert.equal(
      whyOf(await save(folder, "one", "new")),
      `Cannot write ${folder}: it is a folder`,
    );
    assert.match(
      whyOf(await save(`${folder}/b/c.yaml`, "one", "new")),
      /^Cannot write .*c\.yaml: its folder does not exist/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What the wizard says of a target that it has looked at. */
function lookAt(target: string) {
  return wizardDeps(new FakeSystem()).reach(`targets: [{ name: a, ${target} }]
controller: { base_tps: 1, max_tps: 2 }
`);
}

Deno.test("wizardDeps() says why a target cannot be reached", async () => {
  await using selfSigned = await startFaultyServer(FAULTS.none, {
    tls: CERTIFICATES.selfSigned,
  });
  const tls = await lookAt(`url: "${selfSigned.origin}/"`);
  assert.equal(tls.isOk, false);
  assert.match(
    tls.text,
    /^has no TLS connection that can be trusted: the certificate is self-signed/,
  );
  const port = freePort();
  assert.deepEqual(await lookAt(`url: "http://127.0.0.1:${port}/"`), {
    isOk: false,
    text: `refuses the connection: 127.0.0.1:${port}: connection refused`,
  });
});

Deno.test("wizardDeps() takes no target of gRPC for well that does not know its method", async () => {
  for (const [status, isOk] of [[0, true], [12, false]] as const) {
    await using server = await GrpcServer.start((stream) =>
      answerGrpc(stream, status)
    );
    const look = await lookAt(`url: "${server.url}", protocol: grpc`);
    assert.equal(look.isOk, isOk);
    assert.equal(
      look.text,
      isOk ? "answers" : "answers with UNIMPLEMENTED (12)",
    );
  }
});

Deno.test("wizardDeps() reads rows for the checks to come, and says why they cannot be used", async () => {
  const folder = await Deno.makeTempDir({ prefix: "kar-wizard-" });
  try {
    const deps = wizardDeps(new FakeSystem());
    const path = `${folder}/users.csv`;
    const withUrl = (url: string) =>
      documentOf({ ...DEFAULT_ANSWERS, url, vary: "rows", rows: path });
    const text = withUrl("http://localhost/{{users.nam}}");
    const plain = withUrl("http://localhost/");
    assert.match(await deps.readRows(plain) ?? "", /users\.csv.*not exist/);
    await Deno.writeTextFile(path, "id,name\n1\n");
    assert.match(await deps.readRows(plain) ?? "", /users\.csv:2:1/);
    await Deno.writeTextFile(path, "id,name\n1,Ann\n");
    assert.equal(await deps.readRows(plain), null);
    assert.deepEqual(deps.rowFields(), ["users.id", "users.name"]);
    assert.match(
      deps.problems(text)[0]?.message ?? "",
      /did you mean users\.name/,
    );
    assert.deepEqual(deps.problems(plain), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
