import { assert } from "../base/mod.ts";
import { protocolOf } from "../protocol/mod.ts";
import {
  makeBody,
  makeText,
  type Making,
  makingOf,
  maskedUrl,
  NO_FIELD_SOURCES,
  pathText,
  protoBody,
  urlFieldComplaint,
} from "./content/mod.ts";
import { rowsUntilEnd } from "./data/mod.ts";
import { fetchComplaint } from "./fetch.ts";
import {
  fixedBytes,
  isTemplate,
  literal,
  literalBytes,
  type Text,
} from "./fields/mod.ts";
import { ACCEPT_ENCODING, frameMessages, grpcHeaders } from "./grpc.ts";
import {
  draftHeaders,
  type HeaderText,
  plain,
  withDefaults,
  wrong,
} from "./head.ts";
import { isToken } from "./token.ts";
import type { Request, RequestOptions, RequestSpec, Varying } from "./types.ts";
import { parseUrl, type TargetUrl } from "./url.ts";

/** Methods whose requests say that their body is empty (RFC 9110, 8.6). */
const METHODS_WITH_BODY: ReadonlySet<string> = new Set([
  "POST",
  "PUT",
  "PATCH",
]);

/**
 * Makes a target's request, or that of a step.
 *
 * @throws {KarError} (config) for what its client cannot send as it is written
 */
export function readRequest(
  spec: RequestSpec,
  options: RequestOptions,
): Request {
  const url = readUrl(spec, options.expand);
  const { expand, sources = NO_FIELD_SOURCES, step = spec.name } = options;
  const making = makingOf({ name: spec.name, step, expand, sources });
  const request = protocolOf(spec.protocol).request === "call"
    ? callOf(spec, options, making)
    : httpOf(spec, options, making);
  const path = pathOf(spec, { url, fixed: request.path }, making);
  return finished({ ...request, url, path }, making);
}

/** A request before it is known what of it varies. */
interface RequestDraft {
  readonly url: TargetUrl;
  readonly path: Text;
  readonly isPathSecret: boolean;
  readonly method: string;
  readonly headers: readonly HeaderText[];
  readonly body: Text;
  /** Whether it says how long its body is. */
  readonly hasLength: boolean;
}

/** What stands before the path is read apart; null = the path of the address. */
type DraftOf = Omit<RequestDraft, "url" | "path"> & {
  readonly path: string | null;
};

function httpOf(
  spec: RequestSpec,
  { expand, userAgent }: RequestOptions,
  making: Making,
): DraftOf {
  const method = spec.method.toUpperCase();
  if (!isToken(method)) {
    throw wrong(spec, "method", "must be a method such as GET or POST");
  }
  const { text: body, type } = bodyOf(spec, making);
  const defaults: HeaderText[] = [plain("user-agent", userAgent)];
  // Else fetch asks for compression, and unpacks what comes.
  if (spec.client === "fetch") {
    defaults.push(plain("accept-encoding", "identity"));
  }
  if (type !== null) defaults.push(plain("content-type", type));
  return {
    path: null,
    isPathSecret: expand(spec.url) !== spec.url,
    method,
    headers: withDefaults(draftHeaders(spec, making), defaults),
    body,
    hasLength: body.most > 0 || METHODS_WITH_BODY.has(method),
  };
}

function bodyOf(spec: RequestSpec, making: Making) {
  if (spec.content) return makeBody(spec.content, making);
  const where = { place: "body", where: "body" } as const;
  return { text: makeText(spec.body ?? "", where, making), type: null };
}

/** A call of gRPC: whatever method and body its target names. */
function callOf(
  spec: RequestSpec,
  { expand, userAgent, grpc }: RequestOptions,
  making: Making,
): DraftOf {
  assert(grpc, "a gRPC target is resolved before its request is made");
  const defaults: HeaderText[] = [plain("user-agent", userAgent)];
  // Connect writes its own, of the encodings that it is given.
  if (spec.client === "wire") defaults.push(plain(...ACCEPT_ENCODING));
  return {
    path: grpc.path,
    isPathSecret: expand(spec.url) !== spec.url,
    method: "POST",
    headers: [
      ...withDefaults(draftHeaders(spec, making), defaults),
      ...grpcHeaders(spec.timeoutMs).map((header) => plain(...header)),
    ],
    body: grpc.programs
      ? protoBody(grpc.programs, making)
      : literalBytes(frameMessages(grpc.messages)),
    hasLength: false,
  };
}

function pathOf(
  spec: RequestSpec,
  { url, fixed }: { readonly url: TargetUrl; readonly fixed: string | null },
  making: Making,
): Text {
  if (fixed !== null) return literal(fixed);
  return isTemplate(spec.url) ? pathText(spec.url, making) : literal(url.path);
}

/** Writes all at once that is the same for every arrival. */
function finished(draft: RequestDraft, { compile, wrong }: Making): Request {
  const { path, headers, body, hasLength, ...rest } = draft;
  const bodyBytes = fixedBytes(body);
  const texts = [path, ...headers.map(({ text }) => text), body];
  const vary: Varying | null = texts.every((text) => fixedBytes(text) !== null)
    ? null
    : {
      path: unlessFixed(path),
      headers: headers.map(({ text }) => unlessFixed(text)),
      body: unlessFixed(body),
      draws: compile.draws,
      uses: compile.uses,
      cells: compile.cells,
      endRank: Math.min(
        ...[...compile.rows.keys()].map((name) =>
          rowsUntilEnd(compile.data.get(name)!)
        ),
        Infinity,
      ),
    };
  const most = texts.reduce((sum, text) => sum + text.most, 0);
  if (vary !== null && most > compile.maxRequestBytes) {
    wrong(
      "request",
      `may have ${most} bytes with its fields, must have at most ${compile.maxRequestBytes} (limits.max_request_bytes)`,
    );
  }
  return {
    ...rest,
    path: textOf(path, rest.url.path),
    headers: headers.map(({ text, ...header }) => ({
      ...header,
      value: textOf(text, header.value),
    })),
    body: bodyBytes ?? NOTHING,
    contentLength: hasLength ? `${bodyBytes?.length ?? 0}` : null,
    vary,
  };
}

const NOTHING = new Uint8Array(0);

function unlessFixed(text: Text): Text | null {
  return fixedBytes(text) === null ? text : null;
}

/** A text that is always the same, else what stands for it. */
function textOf(text: Text, otherwise: string): string {
  const bytes = fixedBytes(text);
  return bytes === null ? otherwise : new TextDecoder().decode(bytes);
}

/**
 * Reads a target's address.
 *
 * @throws {KarError} (config) for one that its client cannot send to
 */
export function readUrl(
  spec: Omit<RequestSpec, "timeoutMs">,
  expand: (text: string) => string,
): TargetUrl {
  // As written, where secrets are still names; a password is not shown at all.
  const shown = spec.url.includes("@") ? "url" : `url ${spec.url}`;
  const complaint = urlFieldComplaint(spec.url);
  if (complaint !== null) throw wrong(spec, shown, complaint);
  const url = parseUrl(expand(maskedUrl(spec.url)));
  if (url.kind === "wrong") throw wrong(spec, shown, url.message);
  const refused = fetchComplaint(url, spec);
  if (refused !== null) throw wrong(spec, shown, refused);
  return url;
}
