import { type DraftContent, type DraftPart, literal } from "../../draft/mod.ts";
import { type CurlOption, shown } from "./options.ts";
import { ImportFault, type LeftOut } from "../types.ts";

/** What curl would send as a body, or as a query with `-G`. */
export interface CurlBody {
  readonly sent: boolean;
  readonly text?: string;
  readonly content?: DraftContent;
  /** Headers that curl adds by itself. */
  readonly headers: readonly (readonly [string, string])[];
  readonly query: readonly string[];
}

const FORM_TYPE = [
  "content-type",
  "application/x-www-form-urlencoded",
] as const;

/** The body of a command, and what goes with it. */
export function bodyOf(
  options: readonly CurlOption[],
  isQuery: boolean,
  left: LeftOut,
): CurlBody {
  const parts = options.filter(({ name }) =>
    name === "form" || name === "form-string"
  );
  if (parts.length > 0) {
    const content = {
      kind: "multipart",
      parts: parts.map((part) => partOf(part, left)),
    } as const;
    return { sent: true, content, headers: [], query: [] };
  }
  const upload = options.findLast(({ name }) => name === "upload-file");
  if (upload !== undefined) {
    return {
      sent: true,
      content: { kind: "file", file: upload.value },
      headers: [],
      query: [],
    };
  }
  const data = options.filter(({ name }) =>
    name.startsWith("data") || name === "json"
  );
  if (data.length === 0) return { sent: false, headers: [], query: [] };
  const [first] = data;
  const isJson = data.some(({ name }) => name === "json");
  const headers = isJson
    ? [["content-type", "application/json"], [
      "accept",
      "application/json",
    ]] as const
    : [FORM_TYPE];
  const file = fileOf(first!);
  if (data.length === 1 && file !== null && !isQuery) {
    return { sent: true, content: { kind: "file", file }, headers, query: [] };
  }
  const texts = data.flatMap((option) => textOf(option, left));
  if (isQuery) return { sent: false, headers: [], query: texts };
  return {
    sent: true,
    text: texts.join(isJson ? "" : "&"),
    headers,
    query: [],
  };
}

/** `@FILE`, where the option reads files. */
function fileOf({ name, value }: CurlOption): string | null {
  const reads = name !== "data-raw" && name !== "data-urlencode";
  return reads && value.startsWith("@") && value.length > 1
    ? value.slice(1)
    : null;
}

function textOf(option: CurlOption, left: LeftOut): string[] {
  const { name, value } = option;
  const file = fileOf(option);
  if (file !== null) {
    left.add(
      `option --${name}: the file ${file} among other data; name it as body: { file: … }`,
    );
    return [];
  }
  if (name !== "data-urlencode") return [value];
  const at = value.search(/[=@]/);
  if (at < 0) return [encodeURIComponent(value.toWellFormed())];
  if (value[at] === "@") {
    left.add(`option --data-urlencode: the file ${value.slice(at + 1)}`);
    return [];
  }
  const before = at === 0 ? "" : `${value.slice(0, at)}=`;
  return [before + encodeURIComponent(value.slice(at + 1).toWellFormed())];
}

/** `name=value`, `name=@file;type=image/png;filename=a.png` (curl, `-F`). */
function partOf({ name: option, value }: CurlOption, left: LeftOut): DraftPart {
  const at = value.indexOf("=");
  if (at < 0) {
    throw new ImportFault(
      `option -F`,
      `must be name=value, got ${shown(value)}`,
    );
  }
  const [name, rest] = [value.slice(0, at), value.slice(at + 1)];
  if (option === "form-string" || !/^[@<]/.test(rest)) {
    const text = option === "form-string"
      ? rest
      : rest.replace(/;type=[^;]*$/, "");
    return { name, value: literal(unquoted(text)) };
  }
  const [file = "", ...keys] = rest.slice(1).split(";");
  const key = (wanted: string) =>
    keys.map((part) => part.trim()).find((part) =>
      part.startsWith(`${wanted}=`)
    )
      ?.slice(wanted.length + 1);
  const [type, filename] = [key("type"), key("filename")];
  if (file.includes(",")) {
    left.add(`option -F ${name}: several files in one part`);
  }
  return {
    name,
    file: unquoted(file),
    ...(filename !== undefined && { filename: unquoted(filename) }),
    ...(type !== undefined && { type }),
  };
}

function unquoted(text: string): string {
  return /^"(.*)"$/s.exec(text)?.[1]?.replaceAll('\\"', '"') ?? text;
}
