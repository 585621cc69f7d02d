import {
  type Compile,
  compileText,
  type Names,
  parseTemplate,
  type TemplatePiece,
  type Text,
  type Where,
} from "../fields/mod.ts";

/** What making the texts of a request needs. */
export interface Making {
  readonly compile: Compile;
  /** All that a template may name. */
  readonly names: Names;
  /** Names the draws of its fields: the target, or the step of a journey. */
  readonly step: string;
  /** What is in the files that bodies name, by what they are called there. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Throws that a text of the request is wrong. */
  readonly wrong: (where: string, message: string) => never;
}

/** A body, and the type that it has where its user names none. */
export interface Body {
  readonly text: Text;
  readonly type: string | null;
}

/** A text of a request that may hold fields. */
export function makeText(
  text: string,
  where: Omit<Where, "names"> & { readonly where: string },
  making: Making,
): Text {
  const { compile, step } = making;
  const names = [step, where.where];
  return compileText(piecesOf(text, where.where, making), {
    ...where,
    names,
  }, compile);
}

/** Takes a template apart; what is wrong with it is thrown. */
export function piecesOf(
  text: string,
  where: string,
  { names, wrong }: Making,
): readonly TemplatePiece[] {
  const parsed = parseTemplate(text, names);
  if (parsed.kind === "wrong") return wrong(where, parsed.messages[0]!);
  return parsed.pieces;
}

/** What is in a file that a body names. */
export function fileOf(file: string, { files, wrong }: Making): Uint8Array {
  return files.get(file) ?? wrong("body", `${file} was not read`);
}

/** The value of a header that has fields; without spaces around it, whatever its variables hold. */
export function headerText(
  written: string,
  where: string,
  making: Making,
): Text {
  const { compile, step } = making;
  const pieces = piecesOf(written, where, making);
  const last = pieces.length - 1;
  const trimmed = pieces.map((piece, i): TemplatePiece => {
    if (piece.kind === "field") return piece;
    const text = compile.expand(piece.text);
    const start = i === 0 ? text.trimStart() : text;
    return { kind: "literal", text: i === last ? start.trimEnd() : start };
  });
  const names = [step, where];
  return compileText(trimmed, { place: "header", names }, {
    ...compile,
    expand: (text) => text,
  });
}
