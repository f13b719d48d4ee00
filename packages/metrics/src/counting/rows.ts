import {
  DataError,
  elements,
  expectShape,
  formatShape,
  type Labels,
  OptionError,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
  type Tensor,
} from '@fluxion/tensor';
import { NonFinitePredictionError } from './nonFinitePredictionError.js';

/**
 * What a metric compares.
 *
 * - `classes`: probabilities [batch, classes] with labels [batch]; or the probability of class 1 of two, [batch, 1], with
 *   numbers from 0 to 1, how much of class 1 each example is
 * - `values`: numbers with numbers of the same shape
 * - `numbers`: numbers [batch] with nothing, as losses
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
 * Reads a minibatch for a metric, and looks at every number that counts before any is counted.
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
  expectTensor(`${kind} predictions`, predictions);
  const places = placesOf(compares, predictions.shape);
  const look: Look = { kind, places, batch: predictions.shape[0] as number, weight: () => 1 };
  if (weights !== undefined) look.weight = readWeights(look, weights);
  if (compares === 'numbers') return numberRows(look, predictions);
  expectTensor(`${kind} targets`, targets);
  return compares === 'classes'
    ? classRows(look, predictions, targets)
    : valueRows(look, predictions, targets);
}

/** What is being looked at. */
interface Look {
  readonly kind: string;
  readonly batch: number;
  /** Examples, or the places of their sequences. */
  readonly places: number;
  /** What a place counts. */
  weight: (place: number) => number;
}

/** The last axis is the classes, if there are two axes or more. */
function placesOf(compares: Compared, shape: Shape): number {
  return compares === 'classes' && shape.length > 1 ? sizeOf(shape.slice(0, -1)) : (shape[0] ?? 0);
}

function classRows(look: Look, predictions: Tensor, targets: Tensor | Labels): WeightedRows {
  const { kind, places, weight } = look;
  const { shape } = predictions;
  const placeShape = shape.length === 1 ? shape : shape.slice(0, -1);
  const units = shape.length === 1 ? 1 : (shape.at(-1) as number);
  const fits = sameShape(targets.shape, placeShape) || (units === 1 && sameShape(targets.shape, shape));
  if (!fits) {
    throw new ShapeError(
      `${kind} targets: expected one label for each of ${formatShape(placeShape)} examples, got shape ${formatShape(targets.shape)}; give labels, or use a metric of values, as rmse()`,
    );
  }
  const labels = elements(targets);
  const values = elements(predictions);
  expectFinite(look, 'prediction', values);
  for (let place = 0; place < places; place++) {
    const label = labels[place] as number;
    const isLabel = label >= 0 && (units === 1 ? label <= 1 : Number.isInteger(label) && label < units);
    if (isLabel || weight(place) === 0) continue;
    const expected = units === 1 ? 'a number from 0 to 1' : `an integer from 0 to ${units - 1}`;
    throw new DataError(
      `${kind} label: expected ${expected}, got ${label}; correct the data, or give the model as many classes`,
      { row: exampleOf(look, place) },
    );
  }
  if (units === 1) return bothClasses(look, values, labels);
  return { count: places, units, predictions: values, targets: labels, weight };
}

/**
 * One unit is the probability of class 1 of two. A target between 0 and 1 becomes a row of each class, which share its
 * weight, as in binary cross-entropy.
 */
function bothClasses(look: Look, values: ArrayLike<number>, labels: ArrayLike<number>): WeightedRows {
  const [predictions, targets, weights]: [number[], number[], number[]] = [[], [], []];
  const add = (place: number, label: number, share: number): void => {
    const one = values[place] as number;
    predictions.push(1 - one, one);
    targets.push(label);
    weights.push(look.weight(place) * share);
  };
  for (let place = 0; place < look.places; place++) {
    const label = labels[place] as number;
    if (label > 0) add(place, 1, label);
    if (label < 1) add(place, 0, 1 - label);
  }
  const weight = (row: number): number => weights[row] as number;
  return { count: targets.length, units: 2, predictions, targets, weight };
}

function valueRows(look: Look, predictions: Tensor, targets: Tensor | Labels): WeightedRows {
  expectShape(
    `${look.kind} targets`,
    predictions.shape,
    targets.shape,
    'give them the shape of the predictions',
  );
  const values = elements(predictions);
  const wanted = elements(targets);
  expectFinite(look, 'prediction', values);
  expectFinite(look, 'target', wanted);
  const units = sizeOf(predictions.shape.slice(1));
  return { count: look.places, units, predictions: values, targets: wanted, weight: look.weight };
}

function numberRows({ kind, weight }: Look, predictions: Tensor): WeightedRows {
  expectShape(kind, ['batch'], predictions.shape, 'give one number for each example');
  const values = elements(predictions);
  return { count: values.length, units: 1, predictions: values, targets: [], weight };
}

function expectTensor<T extends Tensor | Labels>(where: string, given: T | undefined): asserts given is T {
  if (given?.shape !== undefined) return;
  throw new OptionError(
    `${where}: expected a tensor, got ${given === undefined ? 'none' : typeof given}; give one, as tensor(data, shape)`,
  );
}

/** What counts nothing may be anything. */
function expectFinite(look: Look, what: 'prediction' | 'target', values: ArrayLike<number>): void {
  const each = values.length / look.places;
  for (let i = 0; i < values.length; i++) {
    const place = Math.floor(i / each);
    if (Number.isFinite(values[i]) || look.weight(place) === 0) continue;
    const row = exampleOf(look, place);
    if (what === 'prediction') throw new NonFinitePredictionError(look.kind, values[i] as number, { row });
    throw new DataError(`${look.kind} target: expected a finite number, got ${values[i]}; correct the data`, {
      row,
    });
  }
}

function exampleOf({ batch, places }: Look, place: number): number {
  return Math.floor((place * batch) / places);
}

/** One weight for each example counts for all its places. */
function readWeights({ kind, batch, places }: Look, weights: Tensor): (place: number) => number {
  expectTensor(`${kind} weights`, weights);
  const values = elements(weights);
  if (weights.shape[0] !== batch || (values.length !== batch && values.length !== places)) {
    throw new ShapeError(
      `${kind} weights: expected one for each of ${batch} examples, got shape ${formatShape(weights.shape)}; give as many`,
    );
  }
  const each = places / values.length;
  for (let i = 0; i < values.length; i++) {
    const weight = values[i] as number;
    if (weight >= 0 && weight < Number.POSITIVE_INFINITY) continue;
    throw new DataError(`${kind} weight: expected a number from 0, got ${weight}; give such a weight`, {
      row: Math.floor((i * batch) / values.length),
    });
  }
  return (place) => values[Math.floor(place / each)] as number;
}
