import {
  FIELD_REGEXP,
  isTemplate,
  maskFields,
  sequence,
  type Text,
} from "../fields/mod.ts";
import { makeText, type Making } from "./making.ts";
import { BEFORE_PATH_REGEXP, encodedPath } from "../url.ts";

/** Stands for a field where an address is read as a whole. */
export const FIELD_MASK = "0";

/** An address without its fields, which stand in path and query only. */
export function maskedUrl(url: string): string {
  return maskFields(url, FIELD_MASK);
}

/** What is wrong with where the fields of an address stand; null = nothing. */
export function urlFieldComplaint(url: string): string | null {
  return isTemplate(beforePathOf(url))
    ? "must have {{fields}} in path and query only: kar knows whom it connects to before it starts"
    : null;
}

/** Path and query of an address that has fields in them. */
export function pathText(url: string, making: Making): Text {
  const rest = url.slice(beforePathOf(url).length);
  const query = queryStart(rest);
  const path = rest.slice(0, query);
  const escape = encodedPath;
  return sequence([
    makeText(
      path.startsWith("/") ? path : `/${path}`,
      { place: "path", where: "path", escape },
      making,
    ),
    makeText(
      rest.slice(query),
      { place: "query", where: "query", escape },
      making,
    ),
  ]);
}

/** Fields are not part of it, so that none can hide where the path begins. */
function beforePathOf(url: string): string {
  return BEFORE_PATH_REGEXP.exec(url)?.[0] ?? "";
}

/** Where the first `?` stands that is in no field. */
function queryStart(rest: string): number {
  const hidden = rest.replaceAll(
    FIELD_REGEXP,
    (field) => "0".repeat(field.length),
  );
  const at = hidden.indexOf("?");
  return at < 0 ? rest.length : at;
}
