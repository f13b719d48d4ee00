import type { Floats } from '@fluxion/tensor';
import { csvCell, harmless } from '../output/csvCell.js';
import type {
  OutputPrediction,
  PlaceColumn,
  PredictionLayout,
  PredictionsWriter,
} from './predictionLayout.js';

/**
 * Predictions as CSV: a line of headings, then a line for each example.
 *
 * @param places what is written of where each comes from
 * @see RFC 4180, but for the line ends, which are single line feeds.
 */
export function csvPredictions(
  layouts: readonly PredictionLayout[],
  file: { write(bytes: Uint8Array): void },
  places: readonly PlaceColumn[] = [],
): PredictionsWriter {
  const encoder = new TextEncoder();
  const write = (lines: readonly string[]): void => file.write(encoder.encode(`${lines.join('\n')}\n`));
  const columns = layouts.map(({ label, headings }) => ({
    headings: [...(label === undefined ? [] : [label.heading]), ...headings].map(cell),
    width: headings.length,
    classOf: label && ((code: number): string => names(label.names)[code] ?? String(code)),
  }));
  const known = new Map<readonly string[] | undefined, readonly string[]>();
  function names(of: readonly string[] | undefined): readonly string[] {
    const cells = known.get(of) ?? (of ?? []).map(cell);
    known.set(of, cells);
    return cells;
  }
  write([[...places, ...columns.flatMap(({ headings }) => headings)].join(',')]);
  return {
    write(rows, predictions, locate) {
      const lines = Array.from({ length: rows }, (_, row) => {
        const place = places.length === 0 ? undefined : locate?.(row);
        const cells = columns.flatMap(({ width, classOf }, i) => {
          const { numbers, labels } = predictions[i] as OutputPrediction;
          const own = Array.from(numbers.subarray(row * width, (row + 1) * width), shortest(numbers));
          return classOf === undefined ? own : [classOf(labels[row] as number), ...own];
        });
        return [...places.map((name) => cell(String(place?.[name] ?? ''))), ...cells].join(',');
      });
      if (rows > 0) write(lines);
    },
    end() {},
  };
}

function shortest(numbers: Floats): (value: number) => string {
  return numbers instanceof Float32Array ? shortestFloat32 : String;
}

const cell = (text: string): string => csvCell(harmless(text));

/** A float32 in as few digits as tell it from its neighbours: 0.1, where its value as a double is 0.10000000149011612. */
export function shortestFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
