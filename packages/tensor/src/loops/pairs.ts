import type { Run, Sink } from '../kernels/run.js';
import type { Labels, Tensor } from '../tensor.js';
import { numbersOf } from './numbers.js';

type Floats = Tensor['data'];

/** Scores of a query with each candidate; −∞ for another row's candidate that is the same thing. */
function scoresOf(
  pairs: Floats,
  things: Int32Array,
  units: number,
  temperature: number,
  query: number,
  scores: Float64Array,
): void {
  for (let j = 0; j < scores.length; j++) {
    let dot = 0;
    if (j !== query && things[j] === things[query]) dot = Number.NEGATIVE_INFINITY;
    else {
      const u = query * 2 * units;
      const v = (2 * j + 1) * units;
      for (let k = 0; k < units; k++) dot += (pairs[u + k] as number) * (pairs[v + k] as number);
    }
    scores[j] = dot / temperature;
  }
}

/**
 * losses ← −log softmax(scores)[own] of each row's query among the candidates of all rows, with pairs [rows, 2·units] of a query
 * and its candidate, and score the scalar product over the temperature; and the logarithm of each row's sum of exponentials.
 * Candidates of other rows with the label of one's own are left out.
 */
export function contrast(
  pairs: Tensor,
  labels: Labels,
  temperature: number,
  losses: Tensor,
  logSums: Tensor,
): Run {
  const [x, sums, logs] = [pairs, losses, logSums].map((view) => numbersOf('contrast', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const things = numbersOf('contrast', labels);
  const units = (pairs.shape[1] as number) / 2;
  const scores = new Float64Array(sums.length);
  return () => {
    for (let i = 0; i < sums.length; i++) {
      scoresOf(x, things, units, temperature, i, scores);
      const largest = scores.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const exponentials = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0);
      logs[i] = largest + Math.log(exponentials);
      sums[i] = Math.log(exponentials) + largest - (scores[i] as number);
    }
  };
}

/** sink ← factor · the gradient of Σ weight · loss of `contrast`, the weights one for each row. */
export function contrastGradient(
  pairs: Tensor,
  labels: Labels,
  temperature: number,
  logSums: Tensor,
  weights: Float64Array,
  { tensor, beta }: Sink,
  factor: number,
): Run {
  const [x, logs, dx] = [pairs, logSums, tensor].map((view) => numbersOf('contrastGradient', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const things = numbersOf('contrastGradient', labels);
  const units = (pairs.shape[1] as number) / 2;
  const scores = new Float64Array(logs.length);
  return () => {
    if (beta === 0) dx.fill(0);
    for (let i = 0; i < logs.length; i++) {
      scoresOf(x, things, units, temperature, i, scores);
      const share = (factor * (weights[i] as number)) / temperature;
      for (let j = 0; j < scores.length; j++) {
        const probability = Math.exp((scores[j] as number) - (logs[i] as number));
        const dScore = share * (probability - (j === i ? 1 : 0));
        if (dScore === 0) continue;
        const u = i * 2 * units;
        const v = (2 * j + 1) * units;
        for (let k = 0; k < units; k++) {
          dx[u + k] = (dx[u + k] as number) + dScore * (x[v + k] as number);
          dx[v + k] = (dx[v + k] as number) + dScore * (x[u + k] as number);
        }
      }
    }
  };
}

function distance(x: Floats, units: number, i: number, j: number): number {
  let squares = 0;
  for (let k = 0; k < units; k++)
    squares += ((x[i * units + k] as number) - (x[j * units + k] as number)) ** 2;
  return Math.sqrt(squares);
}

/**
 * losses ← max(0, margin + d(i, p) − d(i, n)) of each row i, with d the Euclidean distance, p the farthest row of its label and n
 * the nearest of another; and picks [rows, 2] ← p and n, or −1 where a row has none, or the loss is 0.
 */
export function hardestTriplets(
  points: Tensor,
  labels: Labels,
  margin: number,
  losses: Tensor,
  picks: Tensor,
): Run {
  const [x, sums, picked] = [points, losses, picks].map((view) => numbersOf('hardestTriplets', view)) as [
    Floats,
    Floats,
    Floats,
  ];
  const things = numbersOf('hardestTriplets', labels);
  const units = points.shape[1] as number;
  return () => {
    for (let i = 0; i < sums.length; i++) {
      let [farthest, nearest] = [-1, Number.POSITIVE_INFINITY];
      let [positive, negative] = [-1, -1];
      for (let j = 0; j < sums.length; j++) {
        if (j === i) continue;
        const apart = distance(x, units, i, j);
        if (things[j] === things[i]) {
          if (apart > farthest) {
            farthest = apart;
            positive = j;
          }
        } else if (apart < nearest) {
          nearest = apart;
          negative = j;
        }
      }
      const isTriplet = positive >= 0 && negative >= 0;
      const loss = isTriplet ? Math.max(margin + farthest - nearest, 0) : 0;
      sums[i] = loss;
      picked[2 * i] = loss > 0 ? positive : -1;
      picked[2 * i + 1] = loss > 0 ? negative : -1;
    }
  };
}

/** sink ← factor · the gradient of Σ weight · loss of `hardestTriplets`; 0 for what lies in one place. */
export function hardestTripletsGradient(
  points: Tensor,
  picks: Tensor,
  weights: Float64Array,
  { tensor, beta }: Sink,
  factor: number,
): Run {
  const [x, picked, dx] = [points, picks, tensor].map((view) =>
    numbersOf('hardestTripletsGradient', view),
  ) as [Floats, Floats, Floats];
  const units = points.shape[1] as number;
  const pull = (i: number, j: number, share: number): void => {
    const apart = distance(x, units, i, j);
    for (let k = 0; k < units && apart > 0; k++) {
      const a = i * units + k;
      const b = j * units + k;
      const slope = (share * ((x[a] as number) - (x[b] as number))) / apart;
      dx[a] = (dx[a] as number) + slope;
      dx[b] = (dx[b] as number) - slope;
    }
  };
  return () => {
    if (beta === 0) dx.fill(0);
    for (let i = 0; 2 * i < picked.length; i++) {
      const [positive, negative] = [picked[2 * i] as number, picked[2 * i + 1] as number];
      if (positive < 0) continue;
      const share = factor * (weights[i] as number);
      pull(i, positive, share);
      pull(i, negative, -share);
    }
  };
}
