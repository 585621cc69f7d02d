import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type SeenCertificate,
  tlsReason,
} from "../../../../src/transport/socket/reasons/mod.ts";

const FACTS = { host: "api.test", nowMs: Date.UTC(2026, 0, 1) };
const SEEN: SeenCertificate = {
  isSelfSigned: false,
  issuer: "Example CA",
  validFromMs: Date.UTC(2020, 0, 1),
  validToMs: Date.UTC(2030, 0, 1),
  names: ["localhost", "127.0.0.1"],
  isForServers: true,
};

/** An error as Deno gives it, or as Node does with a code. */
function said(message: string, code?: string): Error {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

const SELF_SIGNED =
  "the certificate is self-signed: trust it with tls.ca; tls.insecure accepts any certificate";
const NO_ISSUER =
  "the certificate's issuer (Example CA) is not a known authority: name it with tls.ca";
const NOT_TLS =
  "the peer does not speak TLS: is this port for http:// instead?";
const OTHER_NAME =
  "the certificate is not for api.test: it is for a.test, 10.0.0.1; tls.server_name sets the name to ask for";

const CIPHERS =
  "no common cipher or key exchange: kar speaks TLS 1.3, and TLS 1.2 with ECDHE and AES-GCM or ChaCha20, not CBC, RSA key exchange or DHE";
const NOT_FOR_SERVERS =
  "the certificate is not for servers: its extended key usage does not allow it";

const INVALID = "invalid peer certificate: ";
const CASES:
  readonly (readonly [string, Error, SeenCertificate | null, string])[] = [
    [
      "an expired certificate, by rustls",
      said(
        `${INVALID}certificate expired: verification time 1796065133 (UNIX), but certificate is not valid after 1577923200 (218141933 seconds ago)`,
      ),
      null,
      "the certificate has expired on 2020-01-02",
    ],
    [
      "an expired certificate, by its older words",
      said(`${INVALID}Expired`),
      { ...SEEN, validToMs: Date.UTC(2021, 1, 3) },
      "the certificate has expired on 2021-02-03",
    ],
    [
      "an expired certificate that node:tls only cannot verify",
      said(
        "unable to verify the first certificate",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      ),
      { ...SEEN, validToMs: Date.UTC(2021, 1, 3) },
      "the certificate has expired on 2021-02-03",
    ],
    [
      "a certificate of tomorrow",
      said(
        `${INVALID}certificate not valid yet: verification time 1 (UNIX), but certificate is not valid before 1893456000`,
      ),
      null,
      "the certificate is not valid before 2030-01-01, or this machine's clock is wrong",
    ],
    [
      "a name that does not match, by rustls",
      said(
        `${INVALID}certificate not valid for name "api.test"; certificate is only valid for DnsName("a.test") or IpAddress(10.0.0.1)`,
      ),
      null,
      OTHER_NAME,
    ],
    [
      "a name that does not match, by node:tls",
      said(
        "Hostname/IP does not match certificate's altnames: Host: api.test. is not in the cert's altnames: DNS:a.test, IP Address:10.0.0.1",
        "ERR_TLS_CERT_ALTNAME_INVALID",
      ),
      null,
      OTHER_NAME,
    ],
    [
      "a self-signed authority as a server",
      said(`${INVALID}Other(OtherError(CaUsedAsEndEntity))`),
      null,
      SELF_SIGNED,
    ],
    ["a self-signed certificate, by rustls", said(`${INVALID}UnknownIssuer`), {
      ...SEEN,
      isSelfSigned: true,
    }, SELF_SIGNED],
    [
      "a self-signed certificate, by node:tls",
      said("self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT"),
      null,
      SELF_SIGNED,
    ],
    [
      "an unknown authority, by rustls",
      said(`${INVALID}UnknownIssuer`),
      SEEN,
      NO_ISSUER,
    ],
    [
      "an unknown authority, by node:tls",
      said(
        "self-signed certificate in certificate chain",
        "SELF_SIGNED_CERT_IN_CHAIN",
      ),
      SEEN,
      NO_ISSUER,
    ],
    [
      "a peer without TLS, by rustls",
      said("received corrupt message of type InvalidContentType"),
      null,
      NOT_TLS,
    ],
    [
      "a peer without TLS, by node:tls",
      said("x", "ERR_SSL_WRONG_VERSION_NUMBER"),
      null,
      NOT_TLS,
    ],
    [
      "a peer of TLS 1.1",
      said("received fatal alert: ProtocolVersion"),
      null,
      "no common TLS version: kar speaks TLS 1.3 and 1.2, not 1.1 or 1.0",
    ],
    [
      "a peer of other ciphers",
      said("peer is incompatible: NoCipherSuitesInCommon"),
      null,
      CIPHERS,
    ],
    [
      "a peer of other ciphers, or one of TLS 1.2 that wants a certificate",
      said(
        "received fatal alert: HandshakeFailure",
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
      ),
      null,
      `${CIPHERS}; or the server asks for a client certificate (tls.cert)`,
    ],
    [
      "a name that the server does not have, whatever Node's code says",
      said(
        "received fatal alert: UnrecognisedName",
        "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
      ),
      null,
      "the server has no certificate for the name api.test",
    ],
    [
      "a certificate of tomorrow that node:tls only cannot verify",
      said(
        "unable to verify the first certificate",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      ),
      { ...SEEN, validFromMs: Date.UTC(2030, 0, 1) },
      "the certificate is not valid before 2030-01-01, or this machine's clock is wrong",
    ],
    [
      "a client's certificate, by rustls",
      said(
        `${INVALID}certificate does not allow extended key usage for server authentication, allows client authentication`,
      ),
      null,
      NOT_FOR_SERVERS,
    ],
    [
      "a client's certificate, by node:tls",
      said(
        "unable to verify the first certificate",
        "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      ),
      { ...SEEN, isForServers: false },
      NOT_FOR_SERVERS,
    ],
    [
      "a peer without the protocol",
      said("received fatal alert: NoApplicationProtocol"),
      null,
      "the server does not speak the protocol that was asked for (h2)",
    ],
    [
      "a server that wants a certificate",
      said("received fatal alert: CertificateRequired"),
      null,
      "the server asks for a client certificate: give it with tls.cert and tls.key",
    ],
    [
      "a server that does not take ours",
      said("received fatal alert: UnknownCA"),
      null,
      "the server does not take kar's certificate (alert UnknownCA)",
    ],
    [
      "any other alert",
      said("received fatal alert: InternalError"),
      null,
      "the server ended the handshake (alert InternalError)",
    ],
    [
      "an end in the handshake, by rustls",
      said("unexpected end of file"),
      null,
      "the peer closed the connection during the handshake",
    ],
    [
      "an end in the handshake, by node:tls",
      said(
        "Client network socket disconnected before secure TLS connection was established",
        "ECONNRESET",
      ),
      null,
      "the peer closed the connection during the handshake",
    ],
    [
      "what nobody has heard of",
      said("the moon is full"),
      null,
      "the handshake failed: the moon is full",
    ],
  ];

for (const [what, error, seen, reason] of CASES) {
  Deno.test(`tlsReason() tells of ${what}`, () => {
    assert.equal(tlsReason(error, { ...FACTS, alpn: ["h2"], seen }), reason);
  });
}

Deno.test("tlsReason() shows five names of a certificate, and counts the rest", () => {
  const names = Array.from({ length: 9 }, (_, i) => `h${i}.test`);
  const reason = tlsReason(said("ERR_TLS_CERT_ALTNAME_INVALID"), {
    ...FACTS,
    seen: { ...SEEN, names },
  });
  assert.match(reason, /for h0\.test, .*, h4\.test and 4 more;/);
});

Deno.test("tlsReason() is whole in the 200 characters that a report shows", () => {
  for (const [, error, seen] of CASES) {
    const { length } = tlsReason(error, { ...FACTS, alpn: ["h2"], seen });
    assert.ok(length <= 200, `${length}`);
  }
});

Deno.test("tlsReason() has words for anything that is thrown", () => {
  fc.assert(fc.property(fc.anything(), (thrown) => {
    assert.notEqual(tlsReason(thrown, FACTS), "");
  }));
});

Deno.test("tlsReason() leaves open what nobody has looked at", () => {
  assert.equal(
    tlsReason(said(`${INVALID}UnknownIssuer`), FACTS),
    "the certificate is self-signed, or its issuer is not a known authority: name it with tls.ca",
  );
});
