import { escapeControls } from './escapeControls.js';
import type { ProgressOutput } from './progressLine.js';
import { wrapText } from './wrapText.js';

/**
 * Prints text and a line end: on a terminal broken between words, elsewhere as one line. Control characters in it are
 * written out.
 */
export function printLine(output: ProgressOutput, text: string): void {
  const shown = escapeControls(text);
  const { isTTY, columns } = output;
  output.write(`${isTTY && columns ? wrapText(shown, columns) : shown}\n`);
}
