import {
  type DecodedField,
  encodeFrame,
  encodeHeaders,
  FLAG,
  FRAME,
  type Frame,
  FrameReader,
  HeaderDecoder,
  type Http2Handler,
  type Http2Response,
  PREFACE,
  ServerConnection,
  type ServerSocket,
  viewOf,
} from "../../../src/echo/http2/mod.ts";

/** What the server sent, decoded. */
export interface Heard extends Frame {
  /** The fields of a HEADERS frame that is whole. */
  readonly fields?: readonly DecodedField[];
}

export const GET: readonly DecodedField[] = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "echo.test"],
];

/** A client that says exactly what it is told, on a socket without a network. */
export class FakeClient {
  readonly #toServer: (Uint8Array | null)[] = [];
  readonly #reader = new FrameReader();
  readonly #decoder = new HeaderDecoder();
  readonly #heard: Heard[] = [];
  #wakeServer: () => void = () => {};
  #wakeClient: () => void = () => {};
  #taken = 0;
  /** Whether the server closed its side, or all. */
  isClosed = false;
  readonly connection: ServerConnection;
  readonly ended: Promise<void>;

  constructor(handler: Http2Handler) {
    // The server sends no preface, but the reader wants one.
    this.#reader.push(PREFACE);
    this.connection = new ServerConnection(this.#socket(), handler);
    this.ended = this.connection.run().finally(() => this.#wakeClient());
    this.say(PREFACE);
    this.frame(FRAME.settings, 0, 0);
  }

  /** Sends bytes as they are. */
  say(bytes: Uint8Array): void {
    this.#toServer.push(bytes);
    this.#wakeServer();
  }

  frame(
    type: number,
    flags: number,
    stream: number,
    payload?: Uint8Array,
  ): void {
    this.say(encodeFrame(type, flags, stream, payload));
  }

  /** Opens a stream; with `isWhole` the request has no body. */
  request(
    stream: number,
    fields: readonly DecodedField[],
    isWhole: boolean,
  ): void {
    const flags = FLAG.endHeaders | (isWhole ? FLAG.endStream : 0);
    this.frame(FRAME.headers, flags, stream, encodeHeaders(fields));
  }

  /** Hangs up. */
  hangUp(): void {
    this.#toServer.push(null);
    this.#wakeServer();
  }

  /** The next frame of a type; what comes before it is passed over. Undefined at the end. */
  async next(type: number): Promise<Heard | undefined> {
    while (true) {
      const frame = this.#heard[this.#taken];
      if (frame !== undefined) {
        this.#taken++;
        if (frame.type === type) return frame;
      } else if (this.isClosed) return undefined;
      else await new Promise<void>((resolve) => this.#wakeClient = resolve);
    }
  }

  /** All frames of a type heard so far. */
  all(type: number): Heard[] {
    return this.#heard.filter((frame) => frame.type === type);
  }

  #socket(): ServerSocket {
    return {
      read: async (buffer) => {
        while (this.#toServer.length === 0 && !this.isClosed) {
          await new Promise<void>((resolve) => this.#wakeServer = resolve);
        }
        const bytes = this.#toServer.shift() ?? null;
        if (bytes === null || this.isClosed) return null;
        buffer.set(bytes.subarray(0, buffer.length));
        const rest = bytes.subarray(buffer.length);
        if (rest.length > 0) this.#toServer.unshift(rest);
        return Math.min(bytes.length, buffer.length);
      },
      write: (bytes) => {
        this.#hear(bytes);
        return Promise.resolve(bytes.length);
      },
      closeWrite: () => {
        this.#close();
        return Promise.resolve();
      },
      close: () => this.#close(),
    };
  }

  #hear(bytes: Uint8Array): void {
    this.#reader.push(bytes);
    let frame: Frame | undefined;
    while ((frame = this.#reader.next()) !== undefined) {
      const isHeader = frame.type === FRAME.headers;
      const isWhole = isHeader && (frame.flags & FLAG.endHeaders) !== 0;
      this.#heard.push(
        isWhole
          ? { ...frame, fields: this.#decoder.decode(frame.payload) }
          : frame,
      );
    }
    this.#wakeClient();
  }

  #close(): void {
    this.isClosed = true;
    this.#wakeServer();
    this.#wakeClient();
  }
}

export const never = new Promise<never>(() => {});

export async function* body(...chunks: readonly Uint8Array[]) {
  yield* chunks;
}

export function answers(response: Http2Response): Http2Handler {
  return () => Promise.resolve(response);
}

/** Gives back the body that it gets, and its length as a trailer. */
export const echo: Http2Handler = (request) => {
  const trailer = new Headers();
  async function* parts() {
    let length = 0;
    for await (const chunk of request.body) {
      length += chunk.length;
      yield chunk;
    }
    trailer.set("x-length", String(length));
  }
  const header = new Headers({ "x-path": request.path });
  return Promise.resolve({ status: 200, header, body: parts(), trailer });
};

export function codeOf(
  frame: Heard | undefined,
  offset: number,
): number | undefined {
  return frame && viewOf(frame.payload).getUint32(offset);
}

export async function goAwayCode(
  client: FakeClient,
): Promise<number | undefined> {
  return codeOf(await client.next(FRAME.goaway), 4);
}
