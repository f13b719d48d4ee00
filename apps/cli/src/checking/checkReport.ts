import type { CheckedElement, CheckedParameter } from '@fluxion/graph';
import { formatCount, type ProgressOutput, type TableColumn, table } from '@fluxion/terminal';
import { jsonLine } from '../output/jsonLine.js';

/** What the check of a whole model came to. */
export interface CheckResult {
  readonly ok: boolean;
  /** The worst element of all. */
  readonly worst: CheckedElement;
  /** Elements of all parameters. */
  readonly elements: number;
  /** How many of them were checked. */
  readonly checked: number;
}

/** Tells what a gradient check finds, as it finds it. */
export interface CheckReport {
  start(): void;
  parameter(checked: CheckedParameter): void;
  end(result: CheckResult): void;
}

const columns: readonly TableColumn[] = [
  { heading: 'largest relative error', align: 'right' },
  { heading: 'mean absolute error', align: 'right' },
  { heading: '' },
];

/**
 * A line of a table for each parameter, and the worst at the end.
 *
 * @param names of all parameters that will be checked
 */
export function textCheckReport(
  output: ProgressOutput,
  names: readonly string[],
  tolerance: number,
): CheckReport {
  const width = Math.max(...names.map((name) => name.length));
  const aligned = [{ heading: 'parameter'.padEnd(width) }, ...columns];
  const screen = output.isTTY ? output.columns : undefined;
  const heading = table(aligned, [], screen);
  const print = (line: string): void => void output.write(`${line}\n`);
  return {
    start: () => heading.forEach(print),
    parameter({ name, maxRelativeError, meanAbsoluteError, ok }) {
      const errors = [maxRelativeError, meanAbsoluteError].map((error) => error.toExponential(2));
      table(aligned, [[name, ...errors, ok ? 'ok' : 'FAILED']], screen)
        .slice(heading.length)
        .forEach(print);
    },
    end({ worst, elements, checked }) {
      print(`largest relative error ${worst.relativeError.toExponential(2)}, at most ${tolerance} is ok`);
      const all = checked === elements ? '' : '; --samples all checks every one';
      print(`checked ${formatCount(checked)} of ${formatCount(elements)} elements${all}`);
    },
  };
}

/** An object a line: `parameter` for each, and `summary`. */
export function jsonCheckReport(output: { write(text: string): unknown }): CheckReport {
  return {
    start() {},
    parameter({ name, size: elements, checked, maxRelativeError, meanAbsoluteError }) {
      output.write(
        jsonLine({ event: 'parameter', name, elements, checked, maxRelativeError, meanAbsoluteError }),
      );
    },
    end({ ok, worst, elements, checked }) {
      const { relativeError: maxRelativeError } = worst;
      output.write(jsonLine({ event: 'summary', ok, elements, checked, maxRelativeError }));
    },
  };
}
