/** Figures by name, as metrics give them: `loss`, `accuracy`, `rmse`. */
export type Figures = Readonly<Record<string, number>>;

/** All that the page tells of a run: plain data, which goes through JSON unchanged. What is left out is not shown. */
export interface Run {
  /** What was learned: `income`, or the name of the data. */
  readonly title: string;
  /** What one example is called, in the plural. Default `rows`. */
  readonly noun?: string;
  /** Examples that were learned from, in one epoch. */
  readonly rows: number;
  /** Examples that the figures are of, none of which was learned from, and what they are called: `validation`. */
  readonly measured: { readonly name: string; readonly rows: number };
  /** Examples learned from, over all epochs. */
  readonly examples: number;
  /** Seconds of training. */
  readonly seconds: number;
  /** The epoch whose weights were kept; by default the last one's were. */
  readonly bestEpoch?: number;
  /** Means of the training loss over blocks of the same length. */
  readonly losses: readonly LossPoint[];
  readonly epochs: readonly EpochFigures[];
  /** What is predicted, the main target first. */
  readonly targets: readonly Target[];
  readonly columns?: readonly ColumnSummary[];
  readonly leftOut?: readonly LeftOut[];
  /** In any order. */
  readonly importance?: readonly Importance[];
  readonly worst?: WorstRows;
  /** Sentences. */
  readonly warnings?: readonly string[];
  readonly boxes: readonly BoxSummary[];
  readonly settings: readonly Setting[];
}

/** The mean training loss of the block of examples that ends with number `example`, counted from 1. */
export interface LossPoint {
  readonly example: number;
  readonly loss: number;
}

/** What an epoch came to. */
export interface EpochFigures {
  readonly epoch: number;
  /** Over the epoch, each example before it was learned from. */
  readonly training: Figures;
  /** Of the measured examples, after the epoch. */
  readonly validation?: Figures;
  /** Seconds of training, without the measuring. */
  readonly seconds: number;
}

/** What is predicted. */
export type Target = ClassTarget | NumberTarget;

interface AnyTarget {
  readonly name: string;
  /** Of the measured examples, with the weights that were kept. */
  readonly figures: Figures;
  /** What always giving the same answer comes to. */
  readonly baseline?: { readonly answer: string; readonly figures: Figures };
}

/** A target that is one of several classes. */
export interface ClassTarget extends AnyTarget {
  readonly kind: 'classes';
  readonly classes: readonly string[];
  /** Measured examples: row the truth, column the prediction. */
  readonly confusion: readonly (readonly number[])[];
  /** A ROC curve for each class that has one, or of the second of two. */
  readonly roc?: readonly RocCurve[];
  readonly calibration?: readonly CalibrationBin[];
}

/** A target that is a number. */
export interface NumberTarget extends AnyTarget {
  readonly kind: 'number';
  /** Measured examples, or a fair sample of them. */
  readonly predictions: readonly { readonly target: number; readonly prediction: number }[];
}

/** How many are found and how many are taken for the class by mistake, as the threshold falls. */
export interface RocCurve {
  /** The class that is looked for. */
  readonly name: string;
  /** Area under the curve. */
  readonly area: number;
  readonly points: readonly { readonly falsePositiveRate: number; readonly recall: number }[];
}

/** Examples that were predicted with about the same probability. */
export interface CalibrationBin {
  /** Number of examples, or their weight. */
  readonly weight: number;
  /** Mean probability. */
  readonly confidence: number;
  /** Share of the examples that turned out so. */
  readonly frequency: number;
}

/** A column of the data, and how it was made into numbers. */
export interface ColumnSummary {
  readonly column: string;
  readonly encoding: string;
  /** Numbers that one value becomes. */
  readonly width: number;
  /** What else there is to say, as its range or gaps. */
  readonly note?: string;
}

/** A column that was not used. */
export interface LeftOut {
  readonly column: string;
  readonly why: string;
}

/** How much a column matters: what its values, exchanged among the measured examples, add to the loss. */
export interface Importance {
  readonly column: string;
  readonly increase: number;
}

/** The measured examples with the greatest losses, greatest first, and the columns to show of them. */
export interface WorstRows {
  readonly columns: readonly string[];
  readonly rows: readonly {
    /** Number in the data, from 0. */
    readonly row: number;
    readonly target: string | number;
    readonly prediction: string | number;
    /** Of the predicted class. */
    readonly probability?: number;
    /** One for each column. */
    readonly values: readonly string[];
  }[];
}

/** A box of the model. */
export interface BoxSummary {
  readonly name: string;
  /** The call that describes it: `linear(100)`. */
  readonly description: string;
  readonly children: readonly string[];
  /** Lengths of one example's output. */
  readonly output: readonly number[];
  readonly parameters: number;
}

/** A choice that the run was made with, as it is to be read: `learning rate`, `0.01`. */
export interface Setting {
  readonly name: string;
  readonly value: string;
}
