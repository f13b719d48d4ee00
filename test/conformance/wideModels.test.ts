import { type BoxDescription, type FlowGraph, objective } from '@fluxion/graph';
import { linear, relu, sequential, sigmoid, softmax, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { type DType, elements, labels, random, type Tensor, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomTensor, writtenGradients } from './surround.js';

/**
 * Widths of every remainder that kernels divide by, and wider than one of their steps. Weights of 65,536 numbers and more
 * are another matter: for one example they are summed in two halves, and only rounding is the same in a batch.
 */
const width = fc.integer({ min: 1, max: 70 });
const models = fc.record({
  inputs: width,
  hidden: width,
  narrow: width,
  classes: width,
  batch: fc.integer({ min: 1, max: 20 }),
  seed: fc.nat(),
});
type Widths = typeof models extends fc.Arbitrary<infer T> ? T : never;

function build(
  { inputs, hidden, narrow, classes, seed }: Widths,
  dtype: DType,
  last: BoxDescription,
): FlowGraph {
  const chain = [linear(hidden), tanh(), linear(narrow), sigmoid(), linear(hidden), last, linear(classes)];
  return sequential(chain, { inputShape: [inputs], seed, dtype });
}

function rows(whole: Tensor): Tensor[] {
  const [batch, length] = whole.shape;
  return Array.from({ length: batch }, (_, row) =>
    tensor(elements(whole).slice(row * length, (row + 1) * length), [1, length]),
  );
}

describe('a model of any widths', () => {
  it.each(['float32', 'float64'] as const)(
    'predicts the same, bit for bit, alone and in any batch, in %s',
    (dtype) => {
      fc.assert(
        fc.property(models, (widths) => {
          const logits = build(widths, dtype, relu());
          const model = sequential([softmax()], { inputShape: [widths.classes], dtype });
          const predict = (examples: Tensor): number[] => {
            const below = logits.fprop({ examples });
            const tape = model.fprop({ logits: below.output });
            const output = [...elements(tape.output)];
            below.release();
            tape.release();
            return output;
          };
          const examples = randomTensor([widths.batch, widths.inputs], widths.seed, 'examples');
          expect(predict(examples)).toEqual(rows(examples).flatMap(predict));
        }),
        { numRuns: 30 },
      );
    },
  );

  it('has in float32, on the kernels that train, the loss and gradients of float64', () => {
    fc.assert(
      fc.property(models, (widths) => {
        const { batch, inputs, classes, seed } = widths;
        const examples = randomTensor([batch, inputs], seed, 'examples');
        const numbers = random(seed, 'classes');
        const targets = {
          target: labels(Array.from({ length: batch }, (_, i) => numbers.integer(i, classes))),
        };
        const [single, double] = (['float32', 'float64'] as const).map((dtype) => {
          // Without relu: at its kink the two may stand on different sides.
          const model = build(widths, dtype, tanh());
          const pass = model.fprop({ examples }).bprop(objective(model, softmaxCrossEntropy()), targets);
          return { loss: pass.loss, gradients: writtenGradients(model, pass.gradients) };
        });
        expect(Math.abs(single.loss - double.loss)).toBeLessThanOrEqual(1e-5 * double.loss);
        for (const [name, expected] of Object.entries(double.gradients)) {
          const largest = Math.max(...expected.map(Math.abs), 1e-6);
          const apart = Math.max(...expected.map((value, i) => Math.abs(single.gradients[name][i] - value)));
          expect(apart / largest, name).toBeLessThan(1e-4);
        }
      }),
      { numRuns: 30 },
    );
  });
});
