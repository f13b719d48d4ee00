import type { BenchFiles } from './benchFiles.js';
import type { Workload } from './workload.js';

/** What a process is given to do. */
export interface Job {
  readonly contender: string;
  readonly workload: Workload;
  readonly files: BenchFiles;
  /** How long a round should last, and the warm-up before the first. */
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
}
