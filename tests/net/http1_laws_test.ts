import { freePort } from "../fixtures/ports.ts";
import { openedHttp1 } from "../transport/opened.ts";
import { serveHttp } from "../transport/law_server.ts";
import { transportLaws } from "../transport/laws.ts";
import { testTarget, withResolved } from "../transport/support.ts";
import { CERTIFICATES, TEST_CA } from "./certificates.ts";

const CODES = [200, 204, 302, 404, 503];
const TRUST = { ca: TEST_CA, cert: null, key: null };

transportLaws("openHttp1()", {
  open: openedHttp1,
  serve: (behaviour) => serveHttp(behaviour),
  codes: CODES,
  deadTarget: () => testTarget({ url: `http://127.0.0.1:${freePort()}/` }),
  capacity: (connections) => connections,
});

transportLaws("openHttp1() over TLS", {
  open: (target, context) =>
    openedHttp1(target, withResolved(context, { tls: TRUST })),
  serve: (behaviour) => serveHttp(behaviour, { tls: CERTIFICATES.server }),
  codes: CODES,
  deadTarget: () => testTarget({ url: `https://127.0.0.1:${freePort()}/` }),
  capacity: (connections) => connections,
});
