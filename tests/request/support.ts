/**
 * What tests of requests with fields share: sources of data, and arrivals.
 *
 * @module
 */
import {
  ArrivalDraws,
  type DataSet,
  type DrawKey,
  type FieldSources,
  readRequest,
  readValues,
  type Request,
  type RequestSpec,
  type RowPick,
} from "../../src/request/mod.ts";

const BOUNDS = { maxCellBytes: 2 ** 20 };

/** A data set of rows that stand here. */
export function dataSet(
  name: string,
  rows: readonly unknown[],
  pick: RowPick = { kind: "random" },
  types: DataSet["types"] = {},
): DataSet {
  const read = readValues(rows, BOUNDS);
  if (read.kind === "wrong") throw new Error(read.message);
  return { name, table: read.table, pick, types, encoded: new Map() };
}

/** What the fields of a test are drawn from. */
export function sourcesOf(
  data: readonly DataSet[] = [],
  over: Partial<FieldSources> = {},
): FieldSources {
  return {
    data: new Map(data.map((set) => [set.name, set])),
    files: new Map(),
    variables: [],
    captureBytes: 4096,
    maxRequestBytes: 2 ** 24,
    draws: new ArrivalDraws(98, () => 1_700_000_000_123),
    ...over,
  };
}

/** An arrival of a test. */
export function arrival(over: Partial<DrawKey> = {}): DrawKey {
  return {
    slot: 17_000_000_001,
    lane: 3,
    index: 0,
    offsetMs: 42.5,
    rank: 7,
    iteration: 0,
    vars: null,
    ...over,
  };
}

/** The request of a target with some keys. */
export function requestWith(
  over: Partial<RequestSpec>,
  sources: FieldSources = sourcesOf(),
): Request {
  const spec: RequestSpec = {
    name: "api",
    protocol: "http",
    client: "wire",
    url: "http://localhost/",
    method: "POST",
    headers: [],
    body: null,
    timeoutMs: 1000,
    ...over,
  };
  return readRequest(spec, {
    expand: (text) => text.replaceAll("${TOKEN}", "s3cret"),
    userAgent: "kar/test",
    grpc: null,
    sources,
  });
}

/** A request of one arrival, as its parts are sent. */
export interface Rendered {
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly text: string;
}

/** Renders a request for an arrival. */
export function render(request: Request, key: DrawKey = arrival()): Rendered {
  const { vary } = request;
  const text = (of: NonNullable<typeof vary>["path"], fixed: string) =>
    of === null ? fixed : new TextDecoder().decode(bytesOf(of));
  const bytesOf = (of: NonNullable<NonNullable<typeof vary>["path"]>) => {
    const room = new Uint8Array(of.most + 1).fill(0xee);
    const end = of.write(room, 0, vary!.draws);
    if (end > of.most) throw new Error(`${end} bytes, at most ${of.most}`);
    return room.slice(0, end);
  };
  vary?.draws.begin(key);
  const body = vary?.body ? bytesOf(vary.body) : request.body;
  return {
    path: text(vary?.path ?? null, request.path),
    headers: request.headers.map(({ name, value }, i) =>
      [name, text(vary?.headers[i] ?? null, value)] as const
    ),
    body,
    text: new TextDecoder().decode(body),
  };
}
