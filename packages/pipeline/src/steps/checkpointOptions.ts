import type { CheckpointError } from '@fluxion/tensor';
import type { BestOptions } from './best.js';

/** How often to save; whichever comes first. */
export interface CheckpointInterval {
  readonly examples?: number;
  readonly seconds?: number;
  /** Where no step ends with an epoch, as after `accumulate`, the first step of the next one counts as its end. */
  readonly epochs?: number;
}

/** When checkpoints are written, and which of them stay. */
export interface CheckpointOptions {
  /** Default: after each epoch, and every 30 seconds. */
  readonly every?: CheckpointInterval;
  /** How many of the newest stay. Default 3. */
  readonly keep?: number;
  /** Which figure of a validation makes the best checkpoint, which is written when it comes and stays. Default: its loss. */
  readonly best?: BestOptions;
  /** Is told of a checkpoint that could not be written or read, while training goes on. Default: a warning of the process. */
  readonly warn?: (error: CheckpointError) => void;
}

/** How to go on. */
export interface ResumeOptions {
  /** Whether the files may have grown at their end. Shuffled, the epoch at hand then begins again. Default false. */
  readonly appended?: boolean;
}
