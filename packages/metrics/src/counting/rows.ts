import {
  DataError,
  elements,
  expectShape,
  formatShape,
  type Labels,
  OptionError,
  ShapeError,
  sameShape,
  sizeOf,
  type Tensor,
} from '@fluxion/tensor';

/**
 * What a metric compares. `classes`: probabilities [batch, classes] with labels [batch], or of one unit [batch, 1] with
 * numbers from 0 to 1, how much of class 1 each is. `values`: numbers with numbers of the same shape. `numbers`: numbers [batch] alone, as losses.
 */
export type Compared = 'classes' | 'values' | 'numbers';

/** Examples as a tally reads them. */
export interface Rows {
  /** Numbers predicted for each row: the classes, where it is classes. */
  readonly units: number;
  /** Row-major [rows, units]. */
  readonly predictions: ArrayLike<number>;
  /** The label of each row; or values, row-major [rows, units]; or nothing. */
  readonly targets: ArrayLike<number>;
}

/** Rows that have been looked at, and how much each counts. */
export interface WeightedRows extends Rows {
  readonly count: number;
  weight(row: number): number;
}

/**
 * Reads a minibatch for a metric, and looks at every number before any is counted.
 *
 * @throws what `RunningMetric.add` throws.
 */
export function readRows(
  kind: string,
  compares: Compared,
  predictions: Tensor,
  targets: Tensor | Labels | undefined,
  weights: Tensor | undefined,
): WeightedRows {
  if (predictions?.shape === undefined) {
    throw new OptionError(
      `${kind} predictions: expected a tensor, got ${typeof predictions}; make one of it, as tensor(data, shape)`,
    );
  }
  if (compares !== 'numbers' && targets?.shape === undefined) {
    throw new OptionError(
      `${kind} targets: expected a tensor, got ${typeof targets}; give the targets of these examples`,
    );
  }
  const rows =
    compares === 'classes'
      ? classRows(kind, predictions, targets as Tensor | Labels)
      : compares === 'values'
        ? valueRows(kind, predictions, targets as Tensor)
        : numberRows(kind, predictions);
  const { places, of = (row) => row, share = () => 1 } = rows;
  if (weights === undefined) return { ...rows, weight: share };
  const weightOf = readWeights(kind, weights, predictions.shape[0] as number, places);
  return { ...rows, weight: (row) => weightOf(of(row)) * share(row) };
}

/** Rows of a minibatch, before its weights are known. */
interface PlacedRows extends Rows {
  readonly count: number;
  /** Examples, or places of sequences. */
  readonly places: number;
  /** The place that a row is of, and its share of the place's weight. Absent where each place is one row. */
  of?(row: number): number;
  share?(row: number): number;
}

/** The last axis is the classes; one unit is the probability of class 1 of two. */
function classRows(kind: string, predictions: Tensor, targets: Tensor | Labels): PlacedRows {
  const { shape } = predictions;
  const isPlain = shape.length === 1;
  const places = isPlain ? shape : shape.slice(0, -1);
  const units = isPlain ? 1 : (shape.at(-1) as number);
  const fits = sameShape(targets.shape, places) || (units === 1 && sameShape(targets.shape, shape));
  if (!fits) {
    throw new ShapeError(
      `${kind} targets: expected one label for each of ${formatShape(places)} examples, got shape ${formatShape(targets.shape)}; give labels, or use a metric of values, as rmse()`,
    );
  }
  const count = sizeOf(places);
  const labels = elements(targets);
  const values = elements(predictions);
  const batch = shape[0] as number;
  expectFinite(kind, values, batch);
  for (let i = 0; i < count; i++) {
    const label = labels[i] as number;
    const isLabel = label >= 0 && (units === 1 ? label <= 1 : Number.isInteger(label) && label < units);
    if (isLabel) continue;
    const expected = units === 1 ? 'a number from 0 to 1' : `an integer from 0 to ${units - 1}`;
    throw new DataError(
      `${kind} label: expected ${expected}, got ${label}; correct the data, or give the model as many classes`,
      { row: Math.floor((i * batch) / count) },
    );
  }
  if (units === 1) return bothClasses(values, labels);
  return { count, places: count, units, predictions: values, targets: labels };
}

/** Of one unit. A target between 0 and 1 is a row of each class, which share the weight: so cross-entropy has it. */
function bothClasses(values: ArrayLike<number>, labels: ArrayLike<number>): PlacedRows {
  const places = values.length;
  const [predictions, targets, of, shares]: [number[], number[], number[], number[]] = [[], [], [], []];
  const add = (place: number, label: number, share: number): void => {
    const one = values[place] as number;
    predictions.push(1 - one, one);
    targets.push(label);
    of.push(place);
    shares.push(share);
  };
  for (let i = 0; i < places; i++) {
    const label = labels[i] as number;
    if (label > 0) add(i, 1, label);
    if (label < 1) add(i, 0, 1 - label);
  }
  return {
    count: targets.length,
    places,
    units: 2,
    predictions,
    targets,
    of: (row) => of[row] as number,
    share: (row) => shares[row] as number,
  };
}

function valueRows(kind: string, predictions: Tensor, targets: Tensor | Labels): PlacedRows {
  expectShape(`${kind} targets`, predictions.shape, targets.shape, 'give them the shape of the predictions');
  const [count = 0, ...shape] = predictions.shape;
  const values = elements(predictions);
  const wanted = elements(targets);
  expectFinite(kind, values, count);
  expectFinite(kind, wanted, count, 'target');
  return { count, places: count, units: sizeOf(shape), predictions: values, targets: wanted };
}

function numberRows(kind: string, predictions: Tensor): PlacedRows {
  expectShape(kind, ['batch'], predictions.shape, 'give one number for each example');
  const values = elements(predictions);
  return { count: values.length, places: values.length, units: 1, predictions: values, targets: [] };
}

function expectFinite(kind: string, values: ArrayLike<number>, batch: number, what = 'prediction'): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new DataError(
      `${kind} ${what}: expected a finite number, got ${values[i]}; look for inputs that are not finite or very large, or for a model that has diverged`,
      { row: Math.floor((i * batch) / values.length) },
    );
  }
}

/** One weight for each example counts for all its places. */
function readWeights(
  kind: string,
  weights: Tensor,
  batch: number,
  places: number,
): (place: number) => number {
  const values = elements(weights);
  if (weights.shape[0] !== batch || (values.length !== batch && values.length !== places)) {
    throw new ShapeError(
      `${kind} weights: expected one for each of ${batch} examples, got shape ${formatShape(weights.shape)}; give as many`,
    );
  }
  const each = places / values.length;
  values.forEach((weight: number, i: number) => {
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) return;
    throw new DataError(`${kind} weight: expected a number from 0, got ${weight}; give such a weight`, {
      row: Math.floor((i * batch) / values.length),
    });
  });
  return (place) => values[Math.floor(place / each)] as number;
}
