import { freePort } from "../fixtures/ports.ts";
import { openedHttp2, type OpenTested } from "../transport/opened.ts";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { serveHttp } from "../transport/law_server.ts";
import type { Behaviour, LawServer } from "../transport/laws.ts";
import { transportLaws } from "../transport/laws.ts";
import { testTarget, withResolved } from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";

const CODES = [200, 204, 302, 404, 503];
/** As many as a client assumes, so that nothing changes when it is told. */
const MAX_STREAMS = 100;
const OVER = { protocol: "http2" } as const;

const openTrusting: OpenTested = (target, context) =>
  openedHttp2(target, withResolved(context, { tls: { ca: TEST_CA } }));

transportLaws("openHttp2() over h2c", {
  open: openedHttp2,
  serve: (behaviour) => serveHttp(behaviour, { target: OVER }),
  codes: CODES,
  deadTarget: () =>
    testTarget({ url: `http://127.0.0.1:${freePort()}/`, ...OVER }),
  capacity: () => null,
});

transportLaws("openHttp2() over TLS", {
  open: openTrusting,
  serve: (behaviour) =>
    serveHttp(behaviour, { target: OVER, tls: CERTIFICATES.server }),
  codes: CODES,
  deadTarget: () =>
    testTarget({ url: `https://127.0.0.1:${freePort()}/`, ...OVER }),
  capacity: () => null,
});

transportLaws("openHttp2() to Node", {
  open: openedHttp2,
  serve: serveNode,
  codes: CODES,
  deadTarget: null,
  capacity: (connections) => connections * MAX_STREAMS,
});

/** A server of Node's that behaves as a law says. */
async function serveNode(
  { code, together = 1 }: Behaviour,
): Promise<LawServer> {
  const held: ServerHttp2Stream[] = [];
  const sessions = new Set<ServerHttp2Session>();
  let requests = 0;
  const server = createServer({
    settings: { maxConcurrentStreams: MAX_STREAMS },
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => {});
  });
  server.on("stream", (stream: ServerHttp2Stream) => {
    requests++;
    stream.on("error", () => {});
    held.push(stream);
    if (code === null || held.length < together) return;
    for (const each of held.splice(0)) {
      each.respond({ ":status": code });
      each.end("ok");
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    target: testTarget({ url: `http://127.0.0.1:${port}/`, ...OVER }),
    get requests() {
      return requests;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
