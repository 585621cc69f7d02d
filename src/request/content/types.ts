/** Any JSON value. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * What a request's body is made of, where it is not plain text. Texts may hold
 * `${NAME}` and fields; names and keys hold neither.
 */
export type Content =
  | { readonly kind: "json"; readonly value: Json }
  | { readonly kind: "form"; readonly fields: readonly FormField[] }
  | { readonly kind: "multipart"; readonly parts: readonly Part[] }
  | { readonly kind: "file"; readonly file: string };

/** A line of a form. */
export type FormField = readonly [name: string, value: string];

/** A part of a body of several. */
export type Part =
  | { readonly kind: "value"; readonly name: string; readonly value: string }
  | {
    readonly kind: "file";
    readonly name: string;
    readonly file: string;
    readonly filename: string;
    readonly type: string;
  };

/** User and password of HTTP's Basic scheme (RFC 7617). */
export interface BasicAuth {
  readonly user: string;
  readonly password: string;
}

/** What an answer must be. Values may hold `${NAME}` and fields. */
export interface AnswerCheck {
  /** Codes that the answer may have; null = any. */
  readonly status: readonly (readonly [from: number, to: number])[] | null;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Text that the body has; null = any. */
  readonly contains: string | null;
  /** Regular expression that the body matches; null = any. */
  readonly matches: string | null;
  /** JSONPath and the value there. */
  readonly json: readonly (readonly [path: string, value: Json])[];
}
