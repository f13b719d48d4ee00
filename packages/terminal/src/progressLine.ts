import { formatProgress, type Progress, shareOf } from './formatProgress.js';

/** What a progress line is written to: a terminal, or a file or pipe. */
export interface ProgressOutput {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** A line that shows how far something has come. */
export interface ProgressLine {
  /** Shows the progress, unless something was shown a moment ago. May be called for every example. */
  update(progress: Progress): void;
  /** Shows the progress for certain and leaves its line standing. */
  finish(progress: Progress): void;
  /** Takes the line away, as when what it shows was given up. */
  clear(): void;
}

/** Milliseconds between two drawings on a terminal: nobody reads faster. */
const TERMINAL_INTERVAL = 100;

/** Milliseconds between two lines in a file where the end is not known. */
const FILE_INTERVAL = 10_000;

/** Width of a line where there is no terminal that says how wide it is. */
const WIDTH = 100;

/**
 * Columns at the end that stay free: a character in the last one makes some terminals go on to the next line, and so would
 * the `^C` that they write where someone stops the program.
 */
const MARGIN = 3;

const ERASE_LINE = '\r\u001b[K';

/**
 * On a terminal: one line, drawn again in place at most ten times a second and never wider than the terminal. Elsewhere:
 * plain lines, one for each tenth of the way.
 *
 * @param now milliseconds, from any origin.
 */
export function progressLine(
  output: ProgressOutput,
  now: () => number = () => performance.now(),
): ProgressLine {
  return output.isTTY ? terminalLine(output, now) : plainLines(output, now);
}

function terminalLine(output: ProgressOutput, now: () => number): ProgressLine {
  let due = Number.NEGATIVE_INFINITY;
  const draw = (progress: Progress): void => {
    output.write(ERASE_LINE + formatProgress(progress, (output.columns || WIDTH) - MARGIN));
  };
  return {
    update(progress) {
      if (now() < due) return;
      due = now() + TERMINAL_INTERVAL;
      draw(progress);
    },
    finish(progress) {
      draw(progress);
      output.write('\n');
      due = Number.NEGATIVE_INFINITY;
    },
    clear() {
      output.write(ERASE_LINE);
      due = Number.NEGATIVE_INFINITY;
    },
  };
}

function plainLines(output: ProgressOutput, now: () => number): ProgressLine {
  let tenths = 0;
  let due = now() + FILE_INTERVAL;
  const print = (progress: Progress): void => {
    output.write(`${formatProgress(progress, WIDTH)}\n`);
    due = now() + FILE_INTERVAL;
  };
  return {
    update(progress) {
      const share = shareOf(progress);
      if (share === undefined) {
        if (now() >= due) print(progress);
        return;
      }
      const reached = Math.floor(10 * share + 1e-9);
      // The last tenth is left to `finish`.
      if (reached > tenths && reached < 10) print(progress);
      tenths = reached;
    },
    finish(progress) {
      print(progress);
      tenths = 0;
    },
    clear() {
      tenths = 0;
    },
  };
}
