import {
  type FieldPlace,
  isDotSegment,
  isSentHeaderValue,
  isTemplate,
  type Names,
  parseTemplate,
  type TemplatePiece,
  urlFieldComplaint,
} from "../request/mod.ts";
import { placeAt } from "./schema/mod.ts";
import {
  nodeAt,
  type Path,
  pathText,
  type Problem,
  type ScalarNode,
  scalarsOf,
  type TreeNode,
} from "./source/mod.ts";

/** Columns of the data sets by name; null = the file was not read. */
export type Columns = Names["data"];

/** The columns of all data sets, as far as the file of the config knows them. */
export function knownColumns(root: TreeNode): Columns {
  const node = nodeAt(root, ["data"]);
  const names = node?.kind === "map" ? [...node.entries.keys()] : [];
  return new Map(names.map((name) => [name, null]));
}

/** What a column may not hold where a text has it; null = all its cells may stand there. */
export type JudgeCells = (
  data: string,
  column: string,
  rule: "header" | "segment",
) => string | null;

/** All that is wrong with the fields of a file's texts. */
export function fieldProblems(
  root: TreeNode,
  data: Columns,
  judge: JudgeCells = () => null,
): Problem[] {
  return [...scalarsOf(root)].flatMap(([path, scalar]) =>
    complaintsAt(path, scalar, {
      ...{ data, judge },
      variables: capturedBefore(root, path),
      later: capturedInAll(root, path),
    })
      .map((message): Problem => ({
        ...scalar.at,
        path: pathText(path),
        severity: "error",
        message,
      }))
  );
}

/**
 * Names that a request may use: those that steps before it capture, and all of
 * the setup once that is over.
 */
function capturedBefore(root: TreeNode, path: Path): ReadonlySet<string> {
  const [top, second, third, fourth] = path;
  if (top === "setup") {
    const count = second === "steps" ? Number(third) : 0;
    return new Set(capturedIn(root, ["setup"], count));
  }
  const ofSetup = capturedIn(root, ["setup"], Infinity);
  if (top !== "journeys" || third !== "steps") return new Set(ofSetup);
  const own = capturedIn(root, ["journeys", second!], Number(fourth));
  return new Set([...own, ...ofSetup]);
}

/** Names that the steps around a text capture, before or after it. */
function capturedInAll(root: TreeNode, path: Path): ReadonlySet<string> {
  const [top, second] = path;
  const at = top === "journeys" ? [top, second!] : top === "setup" ? [top] : [];
  return new Set(at.length === 0 ? [] : capturedIn(root, at, Infinity));
}

/** Names that the first steps of a journey, or of the setup, capture. */
function capturedIn(root: TreeNode, at: Path, count: number): string[] {
  const steps = nodeAt(root, [...at, "steps"]);
  const length = steps?.kind === "list" ? steps.items.length : 0;
  const captures = Array.from(
    { length: Math.min(length, count) },
    (_, i) => nodeAt(root, [...at, "steps", i, "capture"]),
  );
  return captures.flatMap((node) =>
    node?.kind === "map" ? [...node.entries.keys()] : []
  );
}

function complaintsAt(
  path: Path,
  { value, template }: ScalarNode,
  names: Names & { readonly judge: JudgeCells },
): readonly string[] {
  const place = placeAt(path);
  if (place === null) return [];
  const key = String(path.at(-1));
  if (isTemplate(key)) {
    return ["must not have {{ in its name: fields are for values"];
  }
  const text = template ?? value;
  if (typeof text !== "string" || !isTemplate(text)) return [];
  const misplaced = key === "url" ? urlFieldComplaint(text) : null;
  if (misplaced !== null) return [misplaced];
  const parsed = parseTemplate(text, names);
  return parsed.kind === "wrong"
    ? parsed.messages
    : parsed.pieces.flatMap((piece, i) => [
      ...pickComplaints(piece, place),
      ...cellComplaints(parsed.pieces, { at: i, place }, names.judge),
    ]);
}

/** Cells that could not stand in their place. */
function cellComplaints(
  pieces: readonly TemplatePiece[],
  { at, place }: { readonly at: number; readonly place: FieldPlace },
  judge: JudgeCells,
): readonly string[] {
  const piece = pieces[at]!;
  if (piece.kind === "literal" || piece.expression.kind !== "cell") return [];
  const { data, column } = piece.expression;
  const rule = place === "header"
    ? "header"
    : place === "path" && isSegment(pieces, at)
    ? "segment"
    : null;
  const complaint = rule === null ? null : judge(data, column, rule);
  return complaint === null ? [] : [`{{${piece.written}}}: ${complaint}`];
}

/** Whether a field may be all that a segment of a path has beside dots. */
function isSegment(pieces: readonly TemplatePiece[], at: number): boolean {
  const textOf = (piece: TemplatePiece | undefined) =>
    piece?.kind === "literal" ? piece.text : "";
  if (pieces.slice(0, at).some((piece) => textOf(piece).includes("?"))) {
    return false;
  }
  const before = textOf(pieces[at - 1]).split("/").at(-1)!;
  const after = textOf(pieces[at + 1]).split(/[/?]/)[0]!;
  return /^[.]*$/.test(before + after);
}

/** Words to pick from that could not stand in their place. */
function pickComplaints(
  piece: TemplatePiece,
  place: FieldPlace,
): readonly string[] {
  if (piece.kind === "literal" || piece.expression.kind !== "pick") return [];
  const isRight = (word: string) =>
    place === "header"
      ? isSentHeaderValue(word)
      : place !== "path" || !isDotSegment(word);
  return piece.expression.values.filter((word) => !isRight(word)).map((word) =>
    `{{${piece.written}}}: ${JSON.stringify(word)} cannot stand in a ${place}`
  );
}
