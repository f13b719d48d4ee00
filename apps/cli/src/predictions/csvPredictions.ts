import { elements } from '@fluxion/tensor';
import type { PredictionLayout, PredictionsWriter } from './predictionLayout.js';

/**
 * Predictions as CSV: a line of headings, then a line for each example.
 *
 * @see RFC 4180, but for the line ends, which are single line feeds.
 */
export function csvPredictions(
  { label, headings }: PredictionLayout,
  file: { write(bytes: Uint8Array): void },
): PredictionsWriter {
  const encoder = new TextEncoder();
  const write = (lines: readonly string[]): void => file.write(encoder.encode(`${lines.join('\n')}\n`));
  const names = label?.names?.map(cell);
  write([[...(label === undefined ? [] : ['label']), ...headings.map(cell)].join(',')]);
  return {
    write({ output, labels }) {
      const [rows, width] = [output.shape[0] as number, headings.length];
      const numbers = elements(output);
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) {
        const cells: string[] = [];
        if (label !== undefined) cells.push(names?.[labels[row] as number] ?? String(labels[row]));
        for (const number of numbers.subarray(row * width, (row + 1) * width))
          cells.push(shortestFloat32(number));
        lines.push(cells.join(','));
      }
      if (rows > 0) write(lines);
    },
    end() {},
  };
}

/** A spreadsheet takes text that begins so for a formula and computes it; a signed number is one all the same. */
const FORMULA = /^([=@\t\r]|[+-](?![\d.]+(e[+-]?\d+)?$))/i;

/** Text as a cell, quoted where it must be; an apostrophe keeps a spreadsheet from computing it. */
function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** A float32 in as few digits as tell it from its neighbours: 0.1, where its value as a double is 0.10000000149011612. */
export function shortestFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
