import type { LeftOut } from './measure.js';
import { median } from './median.js';
import type { Measured } from './runTrainer.js';
import type { Workload } from './workload.js';

/** What one contender reached on one workload. */
export interface Cell {
  readonly contender: string;
  readonly workload: Workload;
  readonly result: Measured | LeftOut;
}

/** Examples per second as a Markdown table, a row a contender, a column a workload; ratios are ours over theirs. */
export function table(cells: readonly Cell[], ours: string): string {
  const workloads = [...new Set(cells.map(({ workload }) => workload.name))];
  const names = [...new Set(cells.map(({ contender }) => contender))];
  const speed = (contender: string, workload: string): number | undefined => {
    const cell = cells.find((c) => c.contender === contender && c.workload.name === workload);
    return cell === undefined || 'leftOut' in cell.result ? undefined : median(cell.result.examplesPerSecond);
  };
  const rows = names.map((name) => {
    const columns = workloads.map((workload) => {
      const theirs = speed(name, workload);
      if (theirs === undefined) return '–';
      const own = speed(ours, workload);
      const ratio = name === ours || own === undefined ? '' : ` (${format(own / theirs)}×)`;
      return `${Math.round(theirs).toLocaleString('en')}${ratio}`;
    });
    return `| ${name} | ${columns.join(' | ')} |`;
  });
  return [
    `| examples/s | ${workloads.join(' | ')} |`,
    `|---|${workloads.map(() => '---:|').join('')}`,
    ...rows,
  ].join('\n');
}

function format(ratio: number): string {
  return ratio >= 10 ? ratio.toFixed(0) : ratio.toFixed(2);
}
