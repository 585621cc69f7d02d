import { concat } from "../../base/mod.ts";
import {
  ERROR,
  FLAG,
  FRAME,
  type Frame,
  Http2Error,
  stripPadding,
} from "./frames.ts";
import {
  type DecodedField,
  HeaderDecoder,
  MAX_HEADER_LIST_SIZE,
} from "./hpack.ts";

const FRAME_OVERHEAD = 9;

/** A header list, and whether it is all that its side of the stream sends. */
export interface HeaderList {
  readonly stream: number;
  readonly endStream: boolean;
  readonly fields: readonly DecodedField[];
}

interface HeaderBlock {
  readonly stream: number;
  readonly endStream: boolean;
  readonly parts: Uint8Array[];
  bytes: number;
}

/** Puts HEADERS and its CONTINUATIONs together and decodes them: section 4.3. */
export class HeaderBlocks {
  readonly #decoder = new HeaderDecoder();
  #open: HeaderBlock | undefined;

  /**
   * Looks at every frame before anything else does.
   *
   * @throws Http2Error for a frame that may not come inside a header block
   */
  check({ type, stream }: Frame): void {
    const continues = type === FRAME.continuation;
    if (continues && this.#open?.stream === stream) return;
    if (!continues && this.#open === undefined) return;
    throw new Http2Error(ERROR.protocol, "A header block is out of place");
  }

  /**
   * Takes a HEADERS or CONTINUATION frame.
   *
   * @returns undefined until the block is complete
   * @throws Http2Error for a block that is too long or cannot be decoded
   */
  take(frame: Frame): HeaderList | undefined {
    const { flags, stream } = frame;
    const isFirst = frame.type === FRAME.headers;
    const part = isFirst ? stripPadding(frame) : frame.payload;
    const endStream = (flags & FLAG.endStream) !== 0;
    const block = this.#open ??= { stream, endStream, parts: [], bytes: 0 };
    block.parts.push(part);
    // With something for the frame itself, or empty ones could come for ever.
    block.bytes += part.length + FRAME_OVERHEAD;
    if (block.bytes > MAX_HEADER_LIST_SIZE) {
      throw new Http2Error(ERROR.enhanceYourCalm, "A header block is too long");
    }
    if (!(flags & FLAG.endHeaders)) return undefined;
    this.#open = undefined;
    const fields = this.#decoder.decode(concat(block.parts));
    return { stream, endStream: block.endStream, fields };
  }
}
