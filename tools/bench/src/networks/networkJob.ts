import type { Network } from './network.js';

/** What a process is given to do. */
export interface NetworkJob {
  readonly contender: string;
  readonly workload: Network;
  /** Paths of raw little-endian numbers: inputs are float32, or int32 where they are indices; labels are int32. */
  readonly inputs: string;
  readonly labels: string;
  /** How long a round should last, and the warm-up before the first. */
  readonly roundSeconds: number;
  readonly warmUpSeconds: number;
}
