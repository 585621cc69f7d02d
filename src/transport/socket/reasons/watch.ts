import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Cancel, Clock } from "../../../base/mod.ts";
import type { SeenCertificate } from "./tls.ts";

/** How long the examined certificate is taken to be the current one. */
const SEEN_FRESH_MS = 60_000;
/** A peer that takes longer is not examined. */
const LOOK_MS_MAX = 2_000;
/** How long a failed handshake waits for the result. */
const WAIT_MS_MAX = 300;
/** Names of a certificate that are kept. */
const NAMES_MAX = 100;

/** Which peer to examine. */
export interface CertificatePlace {
  readonly address: string;
  readonly port: number;
  /** Name to ask for; an address is not asked for by name. */
  readonly serverName: string;
  readonly alpn: readonly string[];
}

/**
 * Examines the certificate of a peer that is not trusted, so that the reason
 * can say more than the TLS library does. It makes a handshake of its own in
 * which nothing is verified and nothing is sent, at most once a minute.
 */
export class CertificateWatch {
  readonly #clock: Clock;
  #seen: Promise<SeenCertificate | null> = Promise.resolve(null);
  #untilMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The content of the certificate; null = there is none, or not yet. Never rejects. */
  look(place: CertificatePlace): Promise<SeenCertificate | null> {
    const nowMs = this.#clock.now();
    if (nowMs >= this.#untilMs) {
      this.#untilMs = nowMs + SEEN_FRESH_MS;
      this.#seen = lookOnce(place, this.#clock);
    }
    return this.#soon();
  }

  /** Waits a moment only: a failure is not held up by its reason. */
  #soon(): Promise<SeenCertificate | null> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(WAIT_MS_MAX, () => resolve(null));
      void this.#seen.then((seen) => {
        cancel();
        resolve(seen);
      });
    });
  }
}

function lookOnce(
  { address, port, serverName, alpn }: CertificatePlace,
  clock: Clock,
): Promise<SeenCertificate | null> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port,
      // An address is not a server name.
      servername: isIP(serverName) === 0 ? serverName : "",
      ALPNProtocols: [...alpn],
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    let cancel: Cancel = () => {};
    const end = (seen: SeenCertificate | null) => {
      cancel();
      socket.destroy();
      resolve(seen);
    };
    const giveUp = () => end(null);
    cancel = clock.after(LOOK_MS_MAX, giveUp);
    socket.on("error", giveUp);
    socket.once("close", giveUp);
    socket.once("secureConnect", () => end(read(socket.getPeerCertificate())));
  });
}

type ShownCertificate = Partial<
  ReturnType<ReturnType<typeof connect>["getPeerCertificate"]>
>;

/** Reads the certificate of a peer; anything may be missing in it. */
function read(
  { subject, issuer, valid_from, valid_to, subjectaltname, raw }:
    ShownCertificate,
): SeenCertificate | null {
  if (valid_to === undefined) return null;
  return {
    isSelfSigned: JSON.stringify(subject) === JSON.stringify(issuer),
    issuer: String(issuer?.CN ?? issuer?.O ?? ""),
    validFromMs: Date.parse(valid_from ?? ""),
    validToMs: Date.parse(valid_to),
    names: (subjectaltname ?? "").split(", ").slice(0, NAMES_MAX)
      .map((name) => name.replace(/^(?:DNS|IP Address):/, ""))
      .filter((name) => name !== ""),
    isForServers: raw === undefined || isForServers(raw),
  };
}

/** Object identifiers as DER writes them: extKeyUsage, and the two of its values that allow servers (RFC 5280, 4.2.1.12). */
const EXT_KEY_USAGE = "0603551d25";
const SERVER_AUTH = "06082b06010505070301";
const ANY_USAGE = "0604551d2500";

/** Deno does not tell a certificate's extended key usage. */
function isForServers(raw: Uint8Array): boolean {
  const der = Buffer.from(raw).toString("hex");
  return !der.includes(EXT_KEY_USAGE) || der.includes(SERVER_AUTH) ||
    der.includes(ANY_USAGE);
}
