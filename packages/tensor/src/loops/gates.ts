import { sigmoid } from '../elementwise/sigmoid.js';
import type { Run } from '../kernels/run.js';
import type { Tensor } from '../tensor.js';

/** Tells of each number of [batch, units]. */
function eachUnit({ shape }: Tensor, visit: (row: number, unit: number) => void): void {
  const [batch, units] = shape as [number, number];
  for (let b = 0; b < batch; b++) for (let j = 0; j < units; j++) visit(b, j);
}

/**
 * A step of an lstm, from the sums under its gates [batch, 4·units], which become the gates [i, f, g, o] themselves: cell ←
 * f ⊙ before + i ⊙ g, squashed ← tanh(cell), hidden ← o ⊙ squashed, of [batch, units]. Here and below rows may lie apart.
 */
export function lstmStep(gates: Tensor, before: Tensor, cell: Tensor, squashed: Tensor, hidden: Tensor): Run {
  const units = cell.shape[1] as number;
  return () =>
    eachUnit(cell, (b, j) => {
      const sum = (place: number): number => gates.get(b, place * units + j);
      const opened = [sigmoid.value(sum(0)), sigmoid.value(sum(1)), Math.tanh(sum(2)), sigmoid.value(sum(3))];
      const [i, f, g, o] = opened as [number, number, number, number];
      const c = f * before.get(b, j) + i * g;
      opened.forEach((value, place) => void gates.set(b, place * units + j, value));
      cell.set(b, j, c);
      squashed.set(b, j, Math.tanh(c));
      hidden.set(b, j, o * Math.tanh(c));
    });
}

/**
 * The way back through a step: from dHidden and what later steps have left for its cell, the gradients of the sums under the
 * gates, and what is left for the cell before. With dc = dLater + dHidden ⊙ o ⊙ (1 − squashed²):
 *
 *   dSums ← [dc ⊙ g ⊙ σ′(i), dc ⊙ before ⊙ σ′(f), dc ⊙ i ⊙ (1 − g²), dHidden ⊙ squashed ⊙ σ′(o)];  dBefore ← dc ⊙ f
 */
export function lstmStepGradient(
  gates: Tensor,
  before: Tensor,
  squashed: Tensor,
  dHidden: Tensor,
  dLater: Tensor,
  dSums: Tensor,
  dBefore: Tensor,
): Run {
  const units = before.shape[1] as number;
  return () =>
    eachUnit(before, (b, j) => {
      const [i, f, g, o] = [0, 1, 2, 3].map((place) => gates.get(b, place * units + j)) as Four;
      const [s, d] = [squashed.get(b, j), dHidden.get(b, j)];
      const dc = dLater.get(b, j) + d * o * (1 - s * s);
      const sums: Four = [
        dc * g * (i * (1 - i)),
        dc * before.get(b, j) * (f * (1 - f)),
        dc * i * (1 - g * g),
        d * s * (o * (1 - o)),
      ];
      sums.forEach((value, place) => void dSums.set(b, place * units + j, value));
      dBefore.set(b, j, dc * f);
    });
}

type Four = [number, number, number, number];

/**
 * A step of a gru, from the sums under its gates [batch, 3·units], which become the gates [r, z, n], and what the state adds
 * to them: r = σ(sum + state), z = σ(sum + state), n = tanh(sum + r ⊙ state); difference ← before − n, hidden ← n + z ⊙
 * difference.
 */
export function gruStep(
  gates: Tensor,
  fromState: Tensor,
  before: Tensor,
  difference: Tensor,
  hidden: Tensor,
): Run {
  const units = hidden.shape[1] as number;
  return () =>
    eachUnit(hidden, (b, j) => {
      const [first, second, third] = [j, units + j, 2 * units + j];
      const r = sigmoid.value(gates.get(b, first) + fromState.get(b, first));
      const z = sigmoid.value(gates.get(b, second) + fromState.get(b, second));
      const n = Math.tanh(gates.get(b, third) + r * fromState.get(b, third));
      const apart = before.get(b, j) - n;
      gates.set(b, first, r);
      gates.set(b, second, z);
      gates.set(b, third, n);
      difference.set(b, j, apart);
      hidden.set(b, j, n + z * apart);
    });
}

/**
 * The way back through it: the gradients of the sums and of what the state adds to them, and z ⊙ dHidden for the state itself.
 * With dn = (1 − z) ⊙ dHidden ⊙ (1 − n²):
 *
 *   dSums ← [dn ⊙ state ⊙ σ′(r), dHidden ⊙ difference ⊙ σ′(z), dn];  dFromState ← the same, but dn ⊙ r in the last place
 */
export function gruStepGradient(
  gates: Tensor,
  fromState: Tensor,
  difference: Tensor,
  dHidden: Tensor,
  dSums: Tensor,
  dFromState: Tensor,
  dBefore: Tensor,
): Run {
  const units = dHidden.shape[1] as number;
  return () =>
    eachUnit(dHidden, (b, j) => {
      const [first, second, third] = [j, units + j, 2 * units + j];
      const [r, z, n] = [gates.get(b, first), gates.get(b, second), gates.get(b, third)];
      const d = dHidden.get(b, j);
      const kept = d * z;
      const dn = (d - kept) * (1 - n * n);
      const dr = dn * fromState.get(b, third) * (r * (1 - r));
      const dz = d * difference.get(b, j) * (z * (1 - z));
      for (const sink of [dSums, dFromState]) {
        sink.set(b, first, dr);
        sink.set(b, second, dz);
      }
      dSums.set(b, third, dn);
      dFromState.set(b, third, dn * r);
      dBefore.set(b, j, kept);
    });
}
