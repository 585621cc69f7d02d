import assert from "node:assert/strict";
import { KarError } from "../../../src/base/mod.ts";
import {
  type DialFailure,
  openDialer,
  type Socket,
  type TlsOptions,
} from "../../../src/transport/socket/mod.ts";
import { CERTIFICATES, TEST_CA } from "../../net/certificates.ts";
import { deadPort, realClock } from "../support.ts";

const NEVER = new AbortController().signal;
const CLEAN = { sanitizeOps: true, sanitizeResources: true };
const TLS: TlsOptions = {
  ca: TEST_CA,
  cert: null,
  key: null,
  serverName: null,
  insecure: false,
  alpn: [],
};

function dial(
  endpoint: { host?: string; port: number; tls?: TlsOptions },
  signal = NEVER,
): Promise<Socket | DialFailure> {
  const { host = "127.0.0.1", port, tls = null } = endpoint;
  return openDialer({ host, port, tls }, realClock()).dial(signal);
}

async function kindOf(
  endpoint: { host?: string; port: number; tls?: TlsOptions },
  signal = NEVER,
): Promise<string> {
  const result = await dial(endpoint, signal);
  if (result.kind === "failure") return result.failure;
  result.close();
  return "socket";
}

/** A server that sends back what it gets, in TLS or not. */
function serveEcho(tls?: { cert: string; key: string }) {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = tls === undefined
    ? Deno.listen(at)
    : Deno.listenTls({ ...at, ...tls, alpnProtocols: ["echo"] });
  const open = new Set<Deno.Conn>();
  const served = (async () => {
    for (;;) {
      const conn = await listener.accept().catch(() => null);
      if (conn === null) return;
      open.add(conn);
      conn.readable.pipeTo(conn.writable).catch(() => {});
    }
  })();
  return {
    port: (listener.addr as Deno.NetAddr).port,
    /** Ends every connection from the server's side. */
    hangUp() {
      for (const conn of open) tryClose(conn);
      open.clear();
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      this.hangUp();
      await served;
    },
  };
}

function tryClose(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // Its pipe has closed it before.
  }
}

/** Everything that a socket hears, gathered. */
function listen(socket: Socket) {
  const heard = { text: "", ends: [] as string[], changed: () => {} };
  socket.start({
    onData(bytes, length) {
      heard.text += new TextDecoder().decode(bytes.subarray(0, length));
      heard.changed();
    },
    onClose(why) {
      heard.ends.push(why);
      heard.changed();
    },
  });
  return {
    heard,
    async until(isEnough: () => boolean): Promise<void> {
      while (!isEnough()) {
        await new Promise<void>((resolve) => heard.changed = resolve);
      }
    },
  };
}

async function openSocket(
  endpoint: { port: number; tls?: TlsOptions },
): Promise<Socket> {
  const result = await dial(endpoint);
  assert.equal(result.kind, "socket", JSON.stringify(result));
  return result as Socket;
}

/** The three ways to connect: plain, TLS, TLS with a certificate of our own. */
const SCHEMES = {
  plain: {},
  TLS: { tls: TLS },
  mTLS: { tls: { ...TLS, ...CERTIFICATES.client } },
} as const;

for (const [scheme, options] of Object.entries(SCHEMES)) {
  const isTls = "tls" in options;
  const server = () => serveEcho(isTls ? CERTIFICATES.server : undefined);
  const endpoint = (port: number) => ({ port, ...options });

  Deno.test({
    name: `a ${scheme} socket carries bytes both ways, in order`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      const { heard, until } = listen(socket);
      const text = "0123456789".repeat(30_000);
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += 70_000) {
        socket.write(bytes.subarray(at, at + 70_000));
      }
      socket.writeShared(new TextEncoder().encode("end"));
      await until(() => heard.text.length >= text.length + 3);
      assert.ok(heard.text === text + "end");
      assert.equal(socket.queuedBytes, 0);
      socket.close();
      assert.deepEqual(heard.ends, []);
    },
  });

  Deno.test({
    name: `a ${scheme} socket tells that the peer ended it, once`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      const { heard, until } = listen(socket);
      socket.write(Uint8Array.of(65));
      await until(() => heard.text === "A");
      echo.hangUp();
      await until(() => heard.ends.length > 0);
      assert.deepEqual(heard.ends, ["closed"]);
      socket.write(Uint8Array.of(66));
      assert.equal(socket.queuedBytes, 0);
      socket.close();
      socket.close();
    },
  });

  Deno.test({
    name: `a ${scheme} socket times its parts`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const socket = await openSocket(endpoint(echo.port));
      assert.ok(socket.connectMs > 0);
      if (isTls) assert.ok(socket.tlsMs > 0);
      else assert.ok(Number.isNaN(socket.tlsMs));
      socket.close();
    },
  });

  Deno.test({
    name: `dial() of ${scheme} tells the failures of connecting apart`,
    ...CLEAN,
    fn: async () => {
      const host = "nobody.invalid";
      assert.equal(await kindOf({ ...endpoint(9), host }), "dns");
      assert.equal(await kindOf(endpoint(deadPort())), "refused");
      const broadcast = { ...endpoint(9), host: "255.255.255.255" };
      assert.equal(await kindOf(broadcast), "unreachable");
    },
  });

  Deno.test({
    name: `dial() of ${scheme} can be given up`,
    ...CLEAN,
    fn: async () => {
      await using echo = server();
      const before = new AbortController();
      before.abort();
      const early = kindOf(endpoint(echo.port), before.signal);
      assert.equal(await early, "aborted");
      const during = new AbortController();
      const late = kindOf(endpoint(echo.port), during.signal);
      during.abort();
      assert.equal(await late, "aborted");
    },
  });
}

Deno.test({
  name: "dial() tries the other addresses of a name that one refuses",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho();
    const dialer = openDialer(
      { host: "many.test", port: echo.port, tls: null },
      realClock(),
      () => Promise.resolve(["127.0.0.2", "127.0.0.3", "127.0.0.1"]),
    );
    for (let i = 0; i < 3; i++) {
      const result = await dialer.dial(NEVER);
      assert.equal(result.kind, "socket");
      if (result.kind === "socket") result.close();
    }
  },
});

Deno.test({
  name: "dial() tells why no address of a name would have it",
  ...CLEAN,
  fn: async () => {
    const dialer = openDialer(
      { host: "many.test", port: deadPort(), tls: null },
      realClock(),
      () => Promise.resolve(["255.255.255.255", "127.0.0.1"]),
    );
    const result = await dialer.dial(NEVER);
    assert.equal(result.kind === "failure" && result.failure, "refused");
  },
});

Deno.test({
  name: "dial() calls a lookup that lacks files kar's own failure",
  ...CLEAN,
  fn: async () => {
    const lookup = () =>
      Promise.reject(Object.assign(new Error("none left"), { code: "EMFILE" }));
    const endpoint = { host: "x.test", port: 1, tls: null };
    const result = await openDialer(endpoint, realClock(), lookup).dial(NEVER);
    assert.equal(result.kind === "failure" && result.failure, "generator");
  },
});

Deno.test({
  name: "dial() verifies certificates unless told not to",
  ...CLEAN,
  fn: async () => {
    for (
      const [name, verified] of [
        ["server", "socket"],
        ["expired", "tls"],
        ["wrongName", "tls"],
        ["selfSigned", "tls"],
      ] as const
    ) {
      await using echo = serveEcho(CERTIFICATES[name]);
      const { port } = echo;
      assert.equal(await kindOf({ port, tls: TLS }), verified, name);
      const insecure = { ...TLS, insecure: true };
      assert.equal(await kindOf({ port, tls: insecure }), "socket", name);
    }
  },
});

Deno.test({
  name: "dial() trusts the system's roots, not ours, unless told",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.server);
    const tls = { ...TLS, ca: null };
    assert.equal(await kindOf({ port: echo.port, tls }), "tls");
  },
});

Deno.test({
  name: "dial() asks for and checks the given server name",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.wrongName);
    const named = { ...TLS, serverName: "elsewhere.test" };
    assert.equal(await kindOf({ port: echo.port, tls: named }), "socket");
    const other = { ...TLS, serverName: "localhost" };
    assert.equal(await kindOf({ port: echo.port, tls: other }), "tls");
  },
});

Deno.test({
  name: "dial() agrees on a protocol by ALPN",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho(CERTIFICATES.server);
    const { port } = echo;
    for (const own of [{}, CERTIFICATES.client]) {
      const tls = { ...TLS, ...own };
      const agreed = await openSocket({
        port,
        tls: { ...tls, alpn: ["echo"] },
      });
      assert.equal(agreed.alpn, "echo");
      agreed.close();
      const none = await openSocket({ port, tls });
      assert.equal(none.alpn, null);
      none.close();
      const other = { port, tls: { ...tls, alpn: ["h2"] } };
      assert.equal(await kindOf(other), "tls");
    }
  },
});

Deno.test({
  name: "dial() calls whatever ends the handshake a tls failure",
  ...CLEAN,
  fn: async () => {
    await using echo = serveEcho();
    for (const own of [{}, CERTIFICATES.client]) {
      const tls = { ...TLS, ...own };
      assert.equal(await kindOf({ port: echo.port, tls }), "tls");
    }
  },
});

Deno.test("openDialer() refuses texts that are no certificate or key", () => {
  const bad: Partial<TlsOptions>[] = [
    { ca: "junk" },
    { cert: "junk", key: CERTIFICATES.client.key },
    { cert: CERTIFICATES.client.cert, key: "junk" },
    { cert: CERTIFICATES.client.cert },
    { key: CERTIFICATES.client.key },
    { cert: CERTIFICATES.client.cert, key: CERTIFICATES.server.key },
  ];
  for (const over of bad) {
    assert.throws(
      () =>
        openDialer(
          { host: "x.test", port: 1, tls: { ...TLS, ...over } },
          realClock(),
        ),
      (error) => error instanceof KarError && error.exit === "config",
    );
  }
});
