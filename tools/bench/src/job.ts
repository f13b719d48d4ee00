import type { BenchFiles } from './benchFiles.js';
import type { Workload } from './workload.js';

/** What one process measures. */
export interface Job {
  readonly contender: string;
  readonly workload: Workload;
  readonly files: BenchFiles;
  /** Measured runs, after warm-up. */
  readonly runs: number;
}
