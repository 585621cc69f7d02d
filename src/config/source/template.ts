import { printableJson } from "../../base/mod.ts";

/*
 * ${NAME}    the value of an environment variable
 * $${        the two characters ${
 *
 * As `expand` of base has it, which is used where requests are built; but here
 * everything that looks like a variable has to be one.
 */
const PLACE_REGEXP = /\$\$\{|\$\{([^}]*)(\}?)/g;
const NAME_REGEXP = /^[A-Za-z_][A-Za-z0-9_]*$/;
const WHOLE_REGEXP = /^\$\{[^}]*\}$/;
/** Of what is not a variable, this much is shown. */
const SHOWN_CHARS = 40;

/** A text after its variables were put in. */
export interface Substituted {
  readonly text: string;
  /** What could not be put in: a sentence for each, without any value. */
  readonly complaints: readonly string[];
}

/** Whether a text holds a variable or an escape. */
export function isTemplate(text: string): boolean {
  return text.includes("${");
}

/** Whether a text is one variable and nothing else. */
export function isVariable(text: string): boolean {
  return WHOLE_REGEXP.test(text);
}

/** Puts variables into a text; what is none, or not set, stays and is told. */
export function substitute(
  text: string,
  lookup: (name: string) => string | undefined,
): Substituted {
  const complaints: string[] = [];
  const place = (all: string, name: string | undefined, end: string) => {
    if (name === undefined) return "${";
    const isName = end === "}" && NAME_REGEXP.test(name);
    const value = isName ? lookup(name) : undefined;
    if (value !== undefined) return value;
    complaints.push(isName ? notSet(name) : notAVariable(all));
    return all;
  };
  return { text: text.replaceAll(PLACE_REGEXP, place), complaints };
}

function notSet(name: string): string {
  return `the environment variable ${name} is not set; set it, or write $\${${name}} for the characters themselves`;
}

function notAVariable(place: string): string {
  const text = printableJson(place.slice(0, SHOWN_CHARS));
  return `${text} is not a variable: write \${NAME}, or $\${ for the characters themselves`;
}
