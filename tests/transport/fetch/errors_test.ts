import assert from "node:assert/strict";
import { failureOfFetch } from "../../../src/transport/fetch/errors.ts";
import { failure, type FailureKind } from "../../../src/transport/mod.ts";
import { outcomeText } from "../support.ts";

/** An error as fetch throws it. */
function fetchError(words: string): Error {
  return new TypeError("fetch failed", { cause: new Error(words) });
}

const URL_ASKED = "https://api.test:5/";

function kindOf(error: unknown, last: FailureKind = "other"): string {
  return outcomeText(failureOfFetch(error, failure(last), URL_ASKED));
}

// Words as Deno 2.9.6 says them; the first column says what was done.
const CASES: readonly (readonly [string, string, FailureKind])[] = [
  [
    "no descriptor left",
    "error sending request for url (http://127.0.0.1:5/): client error (Connect): tcp open error: Too many open files (os error 24)",
    "generator",
  ],
  [
    "no free port",
    "error sending request for url (http://127.0.0.1:5/): client error (Connect): tcp bind local error: Cannot assign requested address (os error 99)",
    "generator",
  ],
  [
    "name unknown",
    "error sending request for url (http://nobody.invalid/): client error (Connect): dns error: failed to lookup address information: Name or service not known",
    "dns",
  ],
  [
    "nobody listens",
    "error sending request for url (http://127.0.0.1:5/): client error (Connect): tcp connect error: Connection refused (os error 111)",
    "refused",
  ],
  [
    "nobody listens, Windows",
    "error sending request for url (http://127.0.0.1:5/): client error (Connect): tcp connect error: No connection could be made because the target machine actively refused it. (os error 10061)",
    "refused",
  ],
  [
    "no route",
    "error sending request for url (http://[2001:db8::1]:5/): client error (Connect): tcp connect error: No route to host (os error 113)",
    "unreachable",
  ],
  [
    "reset before TLS",
    "error sending request for url (https://127.0.0.1:5/): client error (Connect): tcp connect error: Connection reset by peer (os error 104)",
    "reset",
  ],
  [
    "no HTTP/2 by ALPN",
    "error sending request for url (https://localhost:5/): client error (Connect): received fatal alert: NoApplicationProtocol",
    "protocol",
  ],
  [
    "client certificate missing",
    "received fatal alert: CertificateRequired",
    "tls",
  ],
  [
    "plain text where TLS was expected",
    "error sending request for url (https://127.0.0.1:5/): client error (Connect): received corrupt message of type InvalidContentType",
    "tls",
  ],
  [
    "HTTP/2 stream reset",
    "stream error received: refused stream before processing any application logic",
    "reset",
  ],
  [
    "HTTP/2 GOAWAY",
    "connection error received: not a result of an error",
    "goaway",
  ],
  [
    "HTTP/2 peer broke the rules",
    "connection error detected: frame with invalid size",
    "protocol",
  ],
  ["something new", "the moon is full", "other"],
];

Deno.test("failureOfFetch() knows the words of fetch", () => {
  for (const [what, words, kind] of CASES) {
    assert.equal(kindOf(fetchError(words)), kind, what);
  }
});

Deno.test("failureOfFetch() is not fooled by words in the URL", () => {
  for (const path of ["dns%20error", "connection-reset", "certificate"]) {
    const words =
      `error sending request for url (http://127.0.0.1:5/${path}): client error (Connect): tcp connect error: Connection refused (os error 111)`;
    assert.equal(kindOf(fetchError(words)), "refused");
  }
});

Deno.test("failureOfFetch() gives waiting calls the kind of the call they waited for", () => {
  const words =
    "error sending request for url (http://127.0.0.1:5/): client error (Connect): request was canceled";
  assert.equal(kindOf(fetchError(words), "tls"), "tls");
});

Deno.test("failureOfFetch() takes anything that was thrown", () => {
  for (const thrown of [null, undefined, "text", 7, {}, new Error("")]) {
    assert.equal(kindOf(thrown, "reset"), "other");
  }
});

for (
  const [words, reason] of [
    [
      "client error (Connect): dns error: failed to lookup address information: Name or service not known",
      "api.test: no such name",
    ],
    [
      "client error (Connect): tcp connect error: Connection refused (os error 111)",
      "api.test:5: Connection refused",
    ],
    [
      "client error (Connect): received corrupt message of type InvalidContentType",
      "the peer does not speak TLS: is this port for http:// instead?",
    ],
    [
      "client error (Connect): received fatal alert: NoApplicationProtocol",
      "the server does not speak the protocol that was asked for",
    ],
    [
      "connection error detected: frame with invalid size",
      "connection error detected: frame with invalid size",
    ],
  ] as const
) {
  Deno.test(`failureOfFetch() says why, without what wraps it: ${reason}`, () => {
    const said = fetchError(
      `error sending request for url (${URL_ASKED}): ${words}`,
    );
    const outcome = failureOfFetch(said, failure("other"), URL_ASKED);
    assert.equal(outcome.reason, reason);
  });
}
