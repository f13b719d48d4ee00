import type { Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { FoundColumns } from '../columns/findColumns.js';
import type { Figures } from '../measuring/measure.js';

/** How far an epoch has come. */
export interface EpochProgress {
  /** Epoch of this run, from 1. */
  readonly epoch: number;
  /** Examples trained on in this epoch. */
  readonly examples: number;
  readonly seconds: number;
  /** Mean loss over these examples. */
  readonly loss: number;
}

/** What one epoch came to. */
export interface EpochResult extends EpochProgress {
  readonly validation: Figures | undefined;
}

/** What a whole run came to, or as much of it as there was until it was stopped. */
export interface TrainingResult {
  readonly examples: number;
  /** Epochs that were finished. */
  readonly epochs: number;
  /** Mean loss over the examples of the last epoch; absent where there was none. */
  readonly loss: number | undefined;
  readonly validation: Figures | undefined;
  /** Where the order of examples goes on; absent where nothing was trained. */
  readonly position?: Position | undefined;
  /** Whether it was asked to stop before its end. */
  readonly stopped: boolean;
}

/** What is trained on what. */
export interface Beginning {
  readonly model: FlowGraph;
  readonly columns: FoundColumns;
  /** Columns that were passed over, as they hold no numbers. */
  readonly skipped: readonly string[];
  /** What could be had better, in words. */
  readonly hints: readonly string[];
}

/** What training from a saved model goes on from. */
export interface Resumption {
  /** Where in the order of examples: its `epoch` counts the whole epochs that the model has been trained for. */
  readonly from: Position;
  /** Updates that the optimizer has made. */
  readonly updates: number;
  /** Why the optimizer begins anew; absent where it goes on. */
  readonly anew?: string | undefined;
}

/** Tells how training goes. */
export interface TrainingReport {
  /** Before the first epoch. */
  start(beginning: Beginning): void;
  /** Something that may well be wrong, though it can be done; at any time. */
  warn(text: string): void;
  /** After that, where training goes on from a saved model. */
  resume(resumption: Resumption): void;
  /** May be called for every example. */
  progress(progress: EpochProgress): void;
  /** The epoch has been trained; the validation file is read next. */
  validating(progress: EpochProgress): void;
  epoch(result: EpochResult): void;
  /** @param out the folder that the model was saved in. */
  end(result: TrainingResult, out: string | undefined): void;
  /** Before an error is told: leaves the terminal tidy. */
  clear(): void;
}

/** Says nothing. */
export const quietReport: TrainingReport = {
  start() {},
  warn() {},
  resume() {},
  progress() {},
  validating() {},
  epoch() {},
  end() {},
  clear() {},
};
