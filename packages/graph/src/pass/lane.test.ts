import { elements, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, list, written } from '../../test/models.js';
import { box } from '../../test/testBoxes.js';
import { squared } from '../../test/testLosses.js';
import { objective } from '../model/objective.js';

const model = () => build({ inputs: { x: [3] }, boxes: { top: box.linear('x', 2) }, outputs: ['top'] });

/** Examples of 3 numbers, others for each size. */
const examples = (size: number) =>
  tensor(
    Float64Array.from({ length: 3 * size }, (_, i) => Math.sin(i + size)),
    [size, 3],
  );
const zeros = (size: number) => tensor(new Float64Array(2 * size), [size, 2]);

describe('Lane', () => {
  it('holds no more for minibatches of every size than a few times the largest', () => {
    const used = (sizes: readonly number[]): number => {
      const graph = model();
      const target = objective(graph, squared);
      const before = graph.kernels.arena.used;
      for (const size of sizes) {
        const tape = graph.fprop({ x: examples(size) });
        tape.bprop(target, { t: zeros(size) });
        tape.release();
      }
      return graph.kernels.arena.used - before;
    };
    const sizes = Array.from({ length: 300 }, (_, i) => i + 1);
    const largest = used([300]);
    expect(used(sizes)).toBeLessThan(4 * largest);
    expect(used(sizes.toReversed())).toBeLessThan(2 * largest);
  });

  it('gives the same values and gradients whatever sizes went before', () => {
    const graph = model();
    const target = objective(graph, squared);
    const pass = (size: number): unknown => {
      const tape = graph.fprop({ x: examples(size) });
      const values = list(tape.output);
      const gradients = written(tape.bprop(target, { t: zeros(size) }));
      tape.release();
      return [values, gradients];
    };
    const alone = [5, 2, 9].map((size) => {
      const fresh = model();
      const tape = fresh.fprop({ x: examples(size) });
      return [list(tape.output), written(tape.bprop(objective(fresh, squared), { t: zeros(size) }))];
    });
    expect([5, 2, 9].map(pass)).toEqual(alone);
    expect([9, 2, 5].map(pass)).toEqual(alone.toReversed());
  });

  it('cuts tensors that do not overlap', () => {
    const graph = model();
    const tape = graph.fprop({ x: examples(7) });
    const places = [...tape.values.values()].map((value) => {
      const { byteOffset, byteLength } = elements(value);
      return [byteOffset, byteOffset + byteLength] as const;
    });
    const sorted = places.toSorted(([a], [b]) => a - b);
    for (const [i, [start]] of sorted.entries()) {
      if (i > 0) expect(start).toBeGreaterThanOrEqual((sorted[i - 1] as readonly [number, number])[1]);
    }
  });
});
