import type { Painted } from "../base/mod.ts";
import { type Line, paintLine } from "../report/mod.ts";
import {
  answerBlocks,
  counterBlock,
  helpLine,
  latencyBlock,
  messageBlocks,
  reasonBlocks,
  targetBlock,
  thresholdBlocks,
} from "./body.ts";
import { chartBlock } from "./chart.ts";
import { barBlock, headBlock, rateBlock, ruleBlock } from "./head.ts";
import type { ScreenModel, ScreenSize } from "./model.ts";
import { stack } from "./stack.ts";

/**
 * The live screen for a size: exactly `rows` lines, none wider than `columns`.
 *
 * Small screens lose the least important blocks first, large ones get more
 * chart and more targets; the keys stay on the last line.
 */
export function renderScreen(model: ScreenModel, size: ScreenSize): Painted[] {
  const { columns, rows } = size;
  const blocks = [
    headBlock(model, size),
    ruleBlock(size),
    rateBlock(model, size),
    barBlock(model, size),
    chartBlock(model, size),
    counterBlock(model, size),
    ...answerBlocks(model),
    ...reasonBlocks(model),
    ...thresholdBlocks(model),
    latencyBlock(model, size),
    targetBlock(model, size),
    ...messageBlocks(model),
  ];
  const lines: Line[] = [
    ...stack(blocks, rows - 1),
    helpLine(model, columns),
  ].slice(0, rows);
  return lines.map((line) => paintLine(line, size, columns));
}
