/** RFC 9110, 5.6.2: what a method and a header's name are made of. */
export const TOKEN_REGEXP = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Whether a text may be a method or the name of a header. */
export function isToken(text: string): boolean {
  return TOKEN_REGEXP.test(text);
}
