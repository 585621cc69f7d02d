import { concat } from "../../base/mod.ts";
import {
  type ArrivalDraws,
  literal,
  type Request,
  sequence,
  type Text,
  type Varying,
  writeWhole,
} from "../../request/mod.ts";
import type { Exchange } from "../port.ts";
import { bodyScratch } from "../body_scratch.ts";
import type { Socket } from "../socket/mod.ts";

/**
 * Bodies from this size on are not copied behind the head: they stay in the
 * memory that all threads share.
 */
const APART_BYTES = 16 * 1024;
/** Digits of the longest body, and the two line ends behind them. */
const LENGTH_BYTES = 17 + 4;
const CR = 0x0d;
const LF = 0x0a;

/** A request as HTTP/1.1 has it, framed once for all the times it is sent. */
export interface Http1Request {
  /** Head, and the body unless it is kept apart. */
  readonly bytes: Uint8Array;
  /** A large body, sent behind the bytes; null = there is none. */
  readonly apart: Uint8Array | null;
  /** Writes the request of an exchange; null = it is the same for all. */
  readonly varying: Http1Writer | null;
  /** Whether its answer has no body, because the method is HEAD. */
  readonly bodiless: boolean;
  /** Whether it asks that the connection be closed after it. */
  readonly closes: boolean;
}

/** Frames a request for HTTP/1.1 (RFC 9112). */
export function frameHttp1(request: Request): Http1Request {
  const { method, headers, body, contentLength, vary } = request;
  const isApart = body.length >= APART_BYTES;
  const length = contentLength === null
    ? ""
    : `content-length: ${contentLength}\r\n`;
  const head = new TextEncoder().encode(
    `${headOf(request)}${length}\r\n`,
  );
  return {
    bytes: isApart ? head : concat([head, body]),
    apart: isApart ? body : null,
    varying: vary === null ? null : new Http1Writer(request, vary),
    bodiless: method === "HEAD",
    closes: headers.some(({ name, value }) =>
      name.toLowerCase() === "connection" && value.toLowerCase() === "close"
    ),
  };
}

/** The head without the length of the body. */
function headOf({ url, path, method, headers }: Request): string {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...hostOf({ url, headers }),
    ...headers.map(({ name, value }) => `${name}: ${value}`),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

function hostOf({ url, headers }: Pick<Request, "url" | "headers">): string[] {
  const isGiven = headers.some(({ name }) => name.toLowerCase() === "host");
  return isGiven ? [] : [`host: ${url.authority}`];
}

/** The same as texts, of which some vary. */
function headText(request: Request, vary: Varying): Text {
  const { path, method, headers } = request;
  return sequence([
    literal(`${method} `),
    vary.path ?? literal(path),
    literal(" HTTP/1.1\r\n"),
    ...hostOf(request).map((line) => literal(`${line}\r\n`)),
    ...headers.flatMap(({ name, value }, i) => [
      literal(`${name}: `),
      vary.headers[i] ?? literal(value),
      literal("\r\n"),
    ]),
    literal(request.contentLength === null ? "" : "content-length: "),
  ]);
}

/** Writes requests that differ, straight into the outgoing buffer. */
class Http1Writer {
  readonly #head: Text;
  readonly #body: Text | null;
  readonly #fixedBody: Uint8Array;
  readonly #hasLength: boolean;
  readonly #draws: ArrivalDraws;

  constructor(request: Request, vary: Varying) {
    this.#head = headText(request, vary);
    this.#body = vary.body;
    this.#fixedBody = request.body;
    this.#hasLength = request.contentLength !== null;
    this.#draws = vary.draws;
  }

  /** Writes the request of an exchange. */
  write(exchange: Exchange, socket: Socket): void {
    const draws = this.#draws;
    draws.begin(exchange);
    // The body first, since the head says how long it is.
    if (this.#body !== null) bodyScratch.make(this.#body, draws);
    const fixed = this.#fixedBody;
    const isApart = fixed.length >= APART_BYTES;
    const length = this.#body === null ? fixed.length : bodyScratch.length;
    const most = this.#head.most + LENGTH_BYTES + (isApart ? 0 : length);
    const to = socket.room(most);
    let at = this.#head.write(to, socket.outgoingEnd, draws);
    if (this.#hasLength) {
      at = writeWhole(to, at, length);
      to[at++] = CR;
      to[at++] = LF;
    }
    to[at++] = CR;
    to[at++] = LF;
    if (this.#body !== null) at = bodyScratch.copyTo(to, at);
    else if (!isApart && length > 0) {
      to.set(fixed, at);
      at += length;
    }
    socket.filled(at);
    if (isApart) socket.writeShared(fixed);
  }
}
