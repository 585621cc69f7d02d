/**
 * Text for a terminal, shared by report, forecast and screen: numbers that
 * people read, widths, colours, charts, tables. Everything is built in Unicode
 * as lines of spans; `paintLine` is the one way out, and the only place that
 * knows about colours, ASCII terminals and the right edge. What comes out is
 * `Painted`: a terminal takes nothing else.
 *
 * ```
 *  numbers, charts ─▶ Span ─▶ table ─▶ Line ─▶ paintLine(caps, columns) ─▶ Painted
 * ```
 *
 * @module
 */
export * from "./chart.ts";
export * from "./layout.ts";
export * from "./numbers.ts";
export * from "./paint.ts";
export * from "./table.ts";
export * from "./width.ts";
