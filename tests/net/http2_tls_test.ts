import { openedHttp2 } from "../transport/opened.ts";
import assert from "node:assert/strict";
import {
  createSecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { TargetPlan } from "../../src/plan/mod.ts";
import type { TlsTexts } from "../../src/transport/mod.ts";
import {
  Recorder,
  testCall,
  testTarget,
  withResolved,
} from "../transport/support.ts";
import { type Certificate, CERTIFICATES, TEST_CA } from "./certificates.ts";

const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const TRUST = { ca: TEST_CA };

/** An HTTP/2 server with a certificate; asks for one of the client's if told. */
async function serve(tls: Certificate, clientCa?: string) {
  const sessions = new Set<ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const server = createSecureServer({
    ...tls,
    ...(clientCa === undefined
      ? {}
      : { ca: clientCa, requestCert: true, rejectUnauthorized: true }),
  });
  let requests = 0;
  // One whose handshake failed never becomes a session, and is open all the same.
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream: ServerHttp2Stream) => {
    requests++;
    stream.on("error", () => {});
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
  server.on("tlsClientError", () => {});
  server.on("sessionError", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The outcome of one call, and the call. */
async function callOnce(over: Partial<TargetPlan>, tls: Partial<TlsTexts>) {
  const recorder = new Recorder();
  const target = testTarget({ protocol: "http2", ...over });
  const transport = openedHttp2(target, withResolved(recorder, { tls }));
  const call = testCall();
  try {
    assert.equal(transport.send(call), true);
    await recorder.until(1);
  } finally {
    await transport.close();
  }
  return { outcome: recorder.outcomes[0], call };
}

for (
  const [name, verified] of [
    ["server", "200"],
    ["expired", "tls"],
    ["wrongName", "tls"],
    ["selfSigned", "tls"],
  ] as const
) {
  Deno.test({
    name: `openHttp2() meets the certificate ${name} with ${verified}`,
    ...CLEAN,
    fn: async () => {
      await using server = await serve(CERTIFICATES[name]);
      const { url } = server;
      assert.equal((await callOnce({ url }, TRUST)).outcome, verified);
      assert.equal(
        (await callOnce({ url, insecure: true }, {})).outcome,
        "200",
      );
      assert.equal(server.requests, verified === "200" ? 2 : 1);
    },
  });
}

Deno.test({
  name: "openHttp2() checks the server name that the target gives",
  ...CLEAN,
  fn: async () => {
    await using server = await serve(CERTIFICATES.wrongName);
    const named = (serverName: string) => ({
      url: server.url,
      tls: { ca: null, cert: null, key: null, serverName },
    });
    const right = await callOnce(named("elsewhere.test"), TRUST);
    assert.equal(right.outcome, "200");
    const wrong = await callOnce(named("localhost"), TRUST);
    assert.equal(wrong.outcome, "tls");
  },
});

Deno.test({
  name: "openHttp2() shows its certificate where one is asked for",
  ...CLEAN,
  fn: async () => {
    await using server = await serve(CERTIFICATES.server, TEST_CA);
    const { url } = server;
    const own = { ...TRUST, ...CERTIFICATES.client };
    assert.equal((await callOnce({ url }, own)).outcome, "200");
    assert.equal((await callOnce({ url }, TRUST)).outcome, "tls");
    assert.equal(server.requests, 1);
  },
});

Deno.test({
  name: "openHttp2() times TCP and TLS apart",
  ...CLEAN,
  fn: async () => {
    await using server = await serve(CERTIFICATES.server);
    const { call } = await callOnce({ url: server.url }, TRUST);
    assert.ok(call.connectMs > 0);
    assert.ok(call.tlsMs > 0);
  },
});

for (
  const [what, alpn] of [
    ["HTTP/1.1", ["http/1.1"]],
    ["nothing", []],
  ] as const
) {
  Deno.test({
    name:
      `openHttp2() calls a server that chooses ${what} by ALPN a protocol failure`,
    ...CLEAN,
    fn: async () => {
      const server = createTlsServer(
        { ...CERTIFICATES.server, ALPNProtocols: [...alpn] },
        (socket) => socket.on("error", () => {}),
      );
      server.on("tlsClientError", () => {});
      await new Promise<void>((resolve) =>
        server.listen(0, "127.0.0.1", resolve)
      );
      const { port } = server.address() as AddressInfo;
      const url = `https://127.0.0.1:${port}/`;
      assert.equal((await callOnce({ url }, TRUST)).outcome, "protocol");
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
