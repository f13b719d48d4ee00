import type { BadRowOptions } from '@fluxion/data';
import type { KernelsName } from '@fluxion/tensor';
import type { Network } from '../model/tower.js';
import type { Distribution } from '../options/distributedOption.js';
import type { ActivationName } from '../options/networkOptions.js';
import type { OptimizerOptions } from '../options/optimizerOptions.js';
import type { RegularizerOptions } from '../options/regularizerOptions.js';
import type { ScheduleOptions } from '../options/scheduleOptions.js';
import type { Validation } from './heldOut.js';

/** What the command line says of a training. */
export interface TrainOptions extends RegularizerOptions, ScheduleOptions, Partial<OptimizerOptions> {
  readonly target?: readonly string[];
  readonly input?: readonly string[];
  /** Columns of text whose cells are numbers, or their row is a bad one. */
  readonly numbers?: readonly string[];
  readonly hidden?: readonly number[];
  readonly activation?: ActivationName;
  readonly network?: Network;
  readonly imageSize?: number;
  readonly model?: string;
  readonly loss?: string;
  readonly weight?: string;
  readonly classWeights?: string;
  readonly batchSize?: number;
  readonly epochs?: number;
  readonly patience?: number;
  readonly average?: number;
  readonly seed?: number;
  readonly shuffle: boolean;
  readonly onBadRow?: BadRowOptions['onBadRow'];
  readonly maxBadShare?: number;
  readonly kernels?: KernelsName;
  readonly validation?: Validation;
  readonly out?: string;
  /** Whether a run of this name is forgotten, and may go on where rows have been added to its files. */
  readonly restart?: boolean;
  readonly appended?: boolean;
  /** Whether a page of the run is written beside the model. */
  readonly report?: boolean;
  /** Whether it is told after 1, 2, 4, … examples how well they were predicted. */
  readonly progressive?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  /** How the ranks of an MPI job learn together. */
  readonly distributed?: Distribution;
}
