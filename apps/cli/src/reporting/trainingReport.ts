import type { Position } from '@fluxion/data';
import type { FlowGraph } from '@fluxion/graph';
import type { Figures } from '../measuring/figures.js';
import type { BestEpoch } from '../model/modelAbout.js';
import type { Task } from '../model/task.js';
import type { ProgressiveFigures } from '../training/progressiveFigures.js';
import type { Choice } from '../trials/tryRecipes.js';
import type { Baseline } from './baseline.js';

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
  /** Over its examples, each as it was before its update. */
  readonly training: Figures;
  readonly validation: Figures | undefined;
}

/** What a whole run came to. */
export interface RunResult {
  readonly examples: number;
  /** Epochs that were finished. */
  readonly epochs: number;
  /** Mean loss over the examples of the last epoch; absent where there was none. */
  readonly loss: number | undefined;
  /** Figures of the best epoch of this run, or of the model as it is where nothing was trained. */
  readonly validation: Figures | undefined;
  readonly best: BestEpoch | undefined;
  /** Whether the number of epochs had been found out before, so that the last one was kept. */
  readonly isDecided: boolean;
  /** Whether it was asked to stop before its end. */
  readonly stopped: boolean;
  /** Whether validation got no better any more. */
  readonly stoppedEarly: boolean;
  readonly baseline: Baseline | undefined;
}

/** What a whole run came to, and what it has left. */
export interface TrainingResult extends RunResult {
  /** The folder that the model was saved in. */
  readonly out: string | undefined;
  /** The page that was written of it. */
  readonly page: string | undefined;
}

/** What is trained on what. */
export interface Plan {
  readonly model: FlowGraph;
  readonly task: Task;
  /** Rows of the table, those that are trained on and those that are held out; absent where they cannot be counted. */
  readonly rows: number | undefined;
  readonly trainingRows: number | undefined;
  readonly validationRows: number | undefined;
  /** Rows of these that have no target, and are left out. */
  readonly untargeted: number;
  /** What the network was chosen from; absent where nothing was tried. */
  readonly choice: Choice | undefined;
  /** What could be had better, in words. */
  readonly hints: readonly string[];
}

/** What training from a saved model goes on from. */
export interface Resumption {
  /** Where in the order of examples: its `epoch` counts the whole epochs that the model has been trained for. */
  readonly from: Position;
  /** Updates that the optimizer has made. */
  readonly updates: number;
  /** Why the optimizer starts over; absent where it goes on. */
  readonly startsOver?: string | undefined;
}

/** Tells how training goes. */
export interface TrainingReport {
  /** Before the first epoch. */
  start(plan: Plan): void;
  /** Something that may well be wrong, though it can be done; at any time. */
  warn(text: string): void;
  /** After that, where training goes on from a saved model, or from where it was cut off. */
  resume(resumption: Resumption): void;
  /** May be called for every example. */
  progress(progress: EpochProgress): void;
  /** How well examples were predicted before they were learned from. */
  progressive(figures: ProgressiveFigures): void;
  /** The epoch has been trained; the validation file is read next. */
  validating(progress: EpochProgress): void;
  epoch(result: EpochResult): void;
  end(result: TrainingResult): void;
  /** Before an error is told: leaves the terminal tidy. */
  clear(): void;
}

/** Says nothing. */
export const quietReport: TrainingReport = {
  start() {},
  warn() {},
  resume() {},
  progress() {},
  progressive() {},
  validating() {},
  epoch() {},
  end() {},
  clear() {},
};
