import { createHash } from "node:crypto";
import { expand, messageOf } from "../../base/mod.ts";
import type { DataPlan, Limits, TargetPlan } from "../../plan/mod.ts";
import {
  cellComplaint,
  cellPlace,
  type DataSet,
  readTable,
  readValues,
} from "../../request/mod.ts";
import type { ConfigFault, PlanSources } from "../mod.ts";
import { sizeText } from "../named_file.ts";

/** Bytes that are read from a file at once. */
const CHUNK_BYTES = 2 ** 20;

/** What has to be read for a plan's requests. */
export interface WantedSources {
  readonly data: readonly DataPlan[];
  /** Files that bodies name, and where the config has them. */
  readonly files: readonly WantedFile[];
  readonly limits: Pick<Limits, "maxCellBytes" | "maxDataBytes">;
  readonly variables: Readonly<Record<string, string>>;
  /** SHA-256 that each file must have, by what the plan calls it: another one is not looked into. Absent = any will do. */
  readonly expected?: ReadonlyMap<string, string>;
}

/** A file that a body names. */
export interface WantedFile {
  readonly file: string;
  readonly path: ConfigFault["path"];
}

/** What was read, and everything that is wrong with it. */
export interface ReadSources {
  readonly sources: PlanSources;
  /** SHA-256 of each file of data, by the names of the sets. */
  readonly digests: ReadonlyMap<string, string>;
  /** SHA-256 of each file of a body, by what the plan calls it. */
  readonly fileDigests: ReadonlyMap<string, string>;
  readonly faults: readonly ConfigFault[];
  /** Where a cell stands in its file, for the beginning of a message; "" = that is not known. */
  readonly placeOf: (
    data: string,
    cell: { readonly row: number; readonly column: string },
  ) => string;
}

/** Reads data and bodies, once, into memory that all threads share. */
export async function readSources(wanted: WantedSources): Promise<ReadSources> {
  const data: DataSet[] = [];
  const digests = new Map<string, string>();
  const faults: ConfigFault[] = [];
  for (const plan of wanted.data) {
    const { set, digest, faults: found } = await readData(plan, wanted);
    faults.push(...found);
    if (set) data.push(set);
    if (digest !== undefined) digests.set(plan.name, digest);
  }
  const files = new Map<string, Uint8Array>();
  const fileDigests = new Map<string, string>();
  for (const { file, path } of wanted.files) {
    if (files.has(file)) continue;
    const read = await readShared(file, wanted);
    if (read.kind === "refused") faults.push({ path, message: read.why });
    else {
      files.set(file, read.bytes);
      fileDigests.set(file, read.digest);
    }
  }
  return {
    ...{ sources: { data, files }, digests, fileDigests, faults },
    placeOf: (name, cell) => {
      const plan = wanted.data.find((one) => one.name === name);
      const set = data.find((one) => one.name === name);
      return plan && set
        ? placeIn({ source: plan.source, set, ...cell }, wanted)
        : "";
    },
  };
}

/** The files that a request's body names. */
export function filesOf(
  { content }: Pick<TargetPlan, "content">,
): WantedFile[] {
  if (content?.kind === "file") {
    return [{ file: content.file, path: ["body", "file"] }];
  }
  if (content?.kind !== "multipart") return [];
  return content.parts.flatMap((part) =>
    part.kind === "file"
      ? [{ file: part.file, path: ["multipart", part.name, "file"] }]
      : []
  );
}

interface DataRead {
  /** Absent = its file could not be read. */
  readonly set?: DataSet;
  readonly digest?: string;
  readonly faults: readonly ConfigFault[];
}

async function readData(
  { name, source, pick, types }: DataPlan,
  wanted: WantedSources,
): Promise<DataRead> {
  const path = ["data", name, source.kind === "file" ? "file" : "values"];
  const fault = (message: string, row: number | null = null): DataRead => ({
    faults: [{ path: atRow(path, row), message }],
  });
  const bounds = { maxCellBytes: wanted.limits.maxCellBytes ?? 16 * 1024 };
  const shown = source.kind === "file" ? source.file : "";
  const file = source.kind === "file" ? await readShared(shown, wanted) : null;
  if (file?.kind === "refused") return fault(file.why);
  const read = source.kind === "file"
    ? readTable(file!.bytes, source.format, bounds)
    : readValues(source.values, bounds);
  if (read.kind === "wrong") {
    const { at, message, row } = read;
    const place = at === null ? shown : `${shown}:${at.line}:${at.col}:`;
    return fault(`${place} ${message}`.trim(), row);
  }
  const set = { name, table: read.table, pick, types, encoded: new Map() };
  const faults = typeFaults(set).map(({ message, row, column }) => {
    const place = row === null
      ? ""
      : placeIn({ source, set, row, column }, wanted);
    return { path: atRow(path, row), message: `${place}${message}` };
  });
  const digest = file?.digest;
  return { set, faults, ...(digest !== undefined && { digest }) };
}

/** Rows that the config itself has are told apart by it. */
function atRow(path: ConfigFault["path"], row: number | null) {
  return row === null || path.at(-1) === "file" ? path : [...path, row];
}

/** What is wrong with a column. */
interface ColumnFault {
  readonly column: string;
  /** Of the first row that is wrong; null = the column is not there. */
  readonly row: number | null;
  readonly message: string;
}

/** What `types` says of columns and is not so. */
function typeFaults(set: DataSet): ColumnFault[] {
  const { columns } = set.table;
  return Object.entries(set.types).flatMap(([column, type]): ColumnFault[] => {
    if (!columns.includes(column)) {
      const has = columns.join(", ");
      const message =
        `has no column ${column}, which types names; it has ${has}`;
      return [{ column, row: null, message }];
    }
    const complaint = cellComplaint(set, column, type);
    return complaint === null ? [] : [{ column, ...complaint }];
  });
}

/** Where a cell stands in its file, for the beginning of a message; nothing where that is not known. */
function placeIn(
  { source, set, row, column }: {
    readonly source: DataPlan["source"];
    readonly set: DataSet;
    readonly row: number;
    readonly column: string;
  },
  { variables }: Pick<WantedSources, "variables">,
): string {
  if (source.kind !== "file") return "";
  const { file, format } = source;
  const index = set.table.columns.indexOf(column);
  try {
    // Once more, since a table does not know the places of its cells.
    const bytes = Deno.readFileSync(expand(file, variables));
    const at = cellPlace(bytes, format, { row, index, column });
    return at === null ? "" : `${file}:${at.line}:${at.col}: `;
  } catch {
    return "";
  }
}

type SharedRead =
  | {
    readonly kind: "bytes";
    readonly bytes: Uint8Array;
    readonly digest: string;
  }
  | { readonly kind: "refused"; readonly why: string };

/** Reads a file into shared memory, never more of it than the bound. */
async function readShared(
  shown: string,
  { limits: { maxDataBytes = 2 ** 30 }, variables, expected }: WantedSources,
): Promise<SharedRead> {
  if (expected?.has(shown) === false) {
    return refused(`${shown} is not read: the plan does not say what it holds`);
  }
  try {
    const path = expand(shown, variables);
    const { isDirectory, size } = await Deno.stat(path);
    if (isDirectory) return refused(`${shown} is a folder, must be a file`);
    if (size > maxDataBytes) return tooLarge(shown, maxDataBytes);
    using file = await Deno.open(path);
    const bytes = new Uint8Array(new SharedArrayBuffer(size));
    const hash = createHash("sha256");
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, size + 1));
    let length = 0;
    for (;;) {
      const count = await file.read(chunk) ?? 0;
      if (count === 0) break;
      // It may grow while it is read; a pipe says that it has nothing.
      if (length + count > size) {
        return refused(`${shown} has changed meanwhile`);
      }
      const piece = chunk.subarray(0, count);
      bytes.set(piece, length);
      hash.update(piece);
      length += count;
    }
    const digest = hash.digest("hex");
    if (expected !== undefined && expected.get(shown) !== digest) {
      return refused(`${shown} differs here from the plan's`);
    }
    return { kind: "bytes", bytes: bytes.subarray(0, length), digest };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return refused(`the file ${shown} does not exist`);
    }
    return refused(`${shown} cannot be read: ${messageOf(error)}`);
  }
}

function tooLarge(shown: string, bytesMax: number): SharedRead {
  return refused(
    `${shown} is larger than ${sizeText(bytesMax)} (limits.max_data_bytes)`,
  );
}

function refused(why: string): SharedRead {
  return { kind: "refused", why };
}
