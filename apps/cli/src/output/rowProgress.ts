import { type ProgressOutput, progressLine } from '@fluxion/terminal';

/** Says on a terminal how far work on rows has come, where it takes more than a second; elsewhere nothing. */
export interface RowProgress {
  /** So many rows more are done. */
  add(rows: number): void;
  /** Takes the line away. */
  end(): void;
}

/** @param total rows in all, where that is known */
export function rowProgress(
  output: ProgressOutput,
  label: string,
  total: number | undefined,
  isQuiet = false,
): RowProgress {
  const start = performance.now();
  const line = progressLine(output);
  let done = 0;
  let isDrawn = false;
  return {
    add(rows) {
      done += rows;
      const seconds = (performance.now() - start) / 1000;
      if (!output.isTTY || isQuiet || seconds < 1) return;
      line.update({ label, done, total, seconds });
      isDrawn = true;
    },
    end() {
      if (isDrawn) line.clear();
    },
  };
}
