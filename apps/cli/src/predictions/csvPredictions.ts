import { elements } from '@fluxion/tensor';
import type { PredictionLayout } from './layoutOf.js';
import type { PredictionsWriter } from './predictionsWriter.js';
import { shortestFloat32 } from './shortestFloat32.js';

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
  const names = label?.names?.map(quoted);
  write([[...(label === undefined ? [] : ['label']), ...headings.map(quoted)].join(',')]);
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

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
