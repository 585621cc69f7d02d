import { freePort } from "../fixtures/ports.ts";
import { openedFetch } from "../transport/opened.ts";
import { serveHttp } from "../transport/law_server.ts";
import { transportLaws } from "../transport/laws.ts";
import { testTarget, withResolved } from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";

const CODES = [200, 204, 302, 404, 503];

transportLaws("openFetch() over HTTP/1.1", {
  open: openedFetch,
  serve: (behaviour) => serveHttp(behaviour),
  codes: CODES,
  deadTarget: () => testTarget({ url: `http://127.0.0.1:${freePort()}/` }),
  capacity: (connections) => connections,
});

transportLaws("openFetch() over h2c", {
  open: openedFetch,
  serve: (behaviour) => serveHttp(behaviour, { target: { protocol: "http2" } }),
  codes: CODES,
  deadTarget: () =>
    testTarget({
      url: `http://127.0.0.1:${freePort()}/`,
      protocol: "http2",
    }),
  capacity: () => null,
});

transportLaws("openFetch() over HTTP/2 with TLS", {
  open: (target, context) =>
    openedFetch(target, withResolved(context, { tls: { ca: TEST_CA } })),
  serve: (behaviour) =>
    serveHttp(behaviour, {
      target: { protocol: "http2" },
      tls: CERTIFICATES.server,
    }),
  codes: CODES,
  deadTarget: () =>
    testTarget({
      url: `https://127.0.0.1:${freePort()}/`,
      protocol: "http2",
    }),
  capacity: () => null,
});
