import type { Request } from "../../request/mod.ts";
import {
  FLAG,
  FRAME,
  FRAME_HEADER_BYTES,
  type FrameTemplate,
  MAX_PAYLOAD_BYTES,
  writeFrameHeader,
} from "./framing/mod.ts";
import {
  encodeFields,
  type HeaderField,
  listBytesOf,
  TABLE_SIZE_ZERO,
} from "./hpack/mod.ts";
import { requestFields } from "./target.ts";
import { Http2Writer, type PeerSide, type RequestStream } from "./varying.ts";

/** A request, encoded once for all the times it is sent. */
export interface RequestTemplate {
  /** Whether its answer has no body, because the method is HEAD. */
  readonly bodiless: boolean;
  readonly body: Uint8Array;
  /** Size of its head, as RFC 9113, 6.5.2, counts it. */
  readonly listBytes: number;
  /** The header block alone. */
  readonly head: FrameTemplate;
  /** The header block, after the size update that says that kar's header table is empty. */
  readonly headAfterUpdate: FrameTemplate;
  /** Header block and body; null when the body needs more than one frame. */
  readonly whole: FrameTemplate | null;
  /** Writes the request of a stream; null = it is the same for all. */
  readonly varying: Http2Writer | null;
}

/** Frames a request for HTTP/2. */
export function frameHttp2(request: Request): RequestTemplate {
  const template = buildRequest(requestFields(request), request.body);
  if (request.vary === null) return template;
  const varying = new Http2Writer(request, request.vary);
  return { ...template, varying, listBytes: varying.listBytes };
}

/** Encodes a request. */
export function buildRequest(
  fields: readonly HeaderField[],
  body: Uint8Array,
): RequestTemplate {
  const block = encodeFields(fields);
  const isOnlyHead = body.length === 0;
  const head = headFrames(block, isOnlyHead);
  // It may have more bytes than a call may have arguments.
  const update = new Uint8Array(1 + block.length);
  update[0] = TABLE_SIZE_ZERO;
  update.set(block, 1);
  return {
    bodiless: fields.some(({ name, value }) =>
      name === ":method" && value === "HEAD"
    ),
    body,
    listBytes: listBytesOf(fields),
    head,
    headAfterUpdate: headFrames(update, isOnlyHead),
    whole: wholeFrames(head, body),
    varying: null,
  };
}

/**
 * Writes a request that is the same for all, or as much of it as the peer has
 * room for.
 *
 * @returns null; else the size of its head, which is too large for the peer:
 *   then nothing was written
 */
export function startFixed(
  stream: RequestStream & { readonly request: RequestTemplate },
  { peer, uploads, writer }: PeerSide,
): number | null {
  const { head, headAfterUpdate, whole, body, listBytes } = stream.request;
  if (listBytes > peer.maxHeaderListBytes) return listBytes;
  if (peer.isTableUpdateDue) {
    peer.isTableUpdateDue = false;
    writer.template(headAfterUpdate, stream.id);
  } else if (whole !== null && uploads.takeWhole(stream)) {
    writer.template(whole, stream.id);
    return null;
  } else {
    writer.template(head, stream.id);
  }
  if (body.length > 0) uploads.begin(stream);
  return null;
}

/** HEADERS, and CONTINUATION for what does not fit into it. */
function headFrames(block: Uint8Array, isOnlyHead: boolean): FrameTemplate {
  const pieces = Math.max(1, Math.ceil(block.length / MAX_PAYLOAD_BYTES));
  const bytes = new Uint8Array(block.length + pieces * FRAME_HEADER_BYTES);
  const idOffsets: number[] = [];
  let at = 0;
  for (let piece = 0; piece < pieces; piece++) {
    const from = piece * MAX_PAYLOAD_BYTES;
    const payload = block.subarray(from, from + MAX_PAYLOAD_BYTES);
    const endStream = piece === 0 && isOnlyHead ? FLAG.endStream : 0;
    const endHeaders = piece === pieces - 1 ? FLAG.endHeaders : 0;
    writeFrameHeader(bytes, at, {
      type: piece === 0 ? FRAME.headers : FRAME.continuation,
      flags: endStream | endHeaders,
      stream: 0,
      length: payload.length,
    });
    bytes.set(payload, at + FRAME_HEADER_BYTES);
    idOffsets.push(at + ID_OFFSET);
    at += FRAME_HEADER_BYTES + payload.length;
  }
  return { bytes, idOffsets };
}

/** Where a frame's header has the identifier of its stream. */
const ID_OFFSET = 5;

function wholeFrames(
  head: FrameTemplate,
  body: Uint8Array,
): FrameTemplate | null {
  if (body.length === 0) return head;
  if (body.length > MAX_PAYLOAD_BYTES) return null;
  const at = head.bytes.length;
  const bytes = new Uint8Array(at + FRAME_HEADER_BYTES + body.length);
  bytes.set(head.bytes);
  writeFrameHeader(bytes, at, {
    type: FRAME.data,
    flags: FLAG.endStream,
    stream: 0,
    length: body.length,
  });
  bytes.set(body, at + FRAME_HEADER_BYTES);
  return { bytes, idOffsets: [...head.idOffsets, at + ID_OFFSET] };
}
