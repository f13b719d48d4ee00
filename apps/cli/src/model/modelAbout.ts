import type { TargetKind } from '@fluxion/data';
import type { Json } from '@fluxion/tensor';

/** Columns that become one input of the graph. */
export interface InputColumns {
  readonly columns: readonly string[];
  /** Factor that their numbers are multiplied by. */
  readonly scale: number;
}

/** Columns that the main output is compared with. */
export interface TargetColumns {
  readonly columns: readonly string[];
  readonly kind: TargetKind;
  /** Factor that values are multiplied by; 1 for labels. */
  readonly scale: number;
  /** Names of the classes by label, where the column has names. */
  readonly names?: readonly string[];
}

/** Where in an epoch training was stopped. It is a place only in the same data, in the same order. */
export interface StoppedAt {
  /** Examples of the epoch that had been trained on. */
  readonly row: number;
  readonly shuffle: boolean;
  /** Fingerprint of the data file. */
  readonly file: string;
}

/** The options that a model was trained with last. They are told, not taken up: going on, the command line counts. */
export interface TrainedWith {
  readonly optimizer: string;
  readonly learningRate: number;
  readonly decreaseConstant: number;
  /** Absent where the optimizer has none. */
  readonly momentum?: number | undefined;
  readonly batchSize: number;
  readonly l1: number;
  readonly l2: number;
}

/** What model.json keeps beside the graph: all that is needed to go on training, to evaluate and to predict. */
export interface ModelAbout {
  /** Kind of the loss that the model was trained with. */
  readonly loss: string;
  /** By input of the graph. */
  readonly inputs: Readonly<Record<string, InputColumns>>;
  readonly target: TargetColumns;
  /** Epochs that the model has been trained for: the next one has an order of examples of its own. */
  readonly epochs: number;
  /** Seed of the order of examples. */
  readonly seed: number;
  /** Absent where training ended with an epoch. */
  readonly stopped?: StoppedAt | undefined;
  /** Absent where the model has not been trained by this command. */
  readonly trainedWith?: TrainedWith | undefined;
}

/** As JSON. */
export function aboutToJson(about: ModelAbout): Json {
  const { loss, inputs, target, epochs, seed, stopped, trainedWith } = about;
  return {
    loss,
    inputs: Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input }])),
    target: { ...target },
    epochs,
    seed,
    stopped: stopped && { ...stopped },
    trainedWith: trainedWith && { ...trainedWith },
  };
}
