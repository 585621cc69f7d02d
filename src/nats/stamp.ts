/**
 * A server's stamp, milliseconds since the epoch. It has nanoseconds, which a
 * `Date` would cut to milliseconds: clocks are compared by it.
 *
 * @returns NaN for an invalid stamp
 */
export function stampMs(text: string): number {
  const match = /^(.*T\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return NaN;
  const [, second, fraction = "0", zone] = match;
  return Date.parse(`${second}${zone}`) + 1000 * Number(fraction);
}
