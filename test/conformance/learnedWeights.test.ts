import { objective } from '@fluxion/graph';
import { linear, relu, sequential } from '@fluxion/layers';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { elements, hasBlas, type KernelsName, labels, random, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';

const EXAMPLES = 1000;
const INPUTS = 300;
const CLASSES = 10;
const inputs = random(1, 'inputs');
const classes = random(1, 'classes');

/** All weights after 1,000 examples, of which half the inputs are 0: two layers, the first worked on in halves. */
function learned(kernels: KernelsName, batchSize: number): Float64Array {
  const model = sequential([linear(220, { initializer: 'heUniform' }), relu(), linear(CLASSES)], {
    inputShape: [INPUTS],
    seed: 1,
    kernels,
  });
  const target = objective(model, softmaxCrossEntropy(), l2(1e-5));
  const state = optimizerState(sgd({ learningRate: 0.01 }), model);
  for (let first = 0; first < EXAMPLES; first += batchSize) {
    const input = Float32Array.from({ length: batchSize * INPUTS }, (_, i) =>
      Math.max(0, 2 * inputs.uniform(first * INPUTS + i) - 1),
    );
    const label = Array.from({ length: batchSize }, (_, i) => classes.integer(first + i, CLASSES));
    const tape = model.fprop({ input: tensor(input, [batchSize, INPUTS]) });
    state.update(tape.bprop(target, { label: labels(label) }).gradients);
    tape.release();
  }
  return Float64Array.from(model.parameters.flatMap(({ value }) => [...elements(value)]));
}

const fast: readonly KernelsName[] = ['wasm', 'wasm-2-threads', ...(hasBlas() ? (['blas'] as const) : [])];

describe.each([1, 50])('1,000 examples in minibatches of %i', (batchSize) => {
  const expected = learned('reference', batchSize);
  const norm = Math.hypot(...expected);

  it.each(fast)('leave the weights of the reference kernels to 1e-4, on %s', (kernels) => {
    const weights = learned(kernels, batchSize);
    expect(Math.hypot(...weights.map((w, i) => w - (expected[i] as number))) / norm).toBeLessThan(1e-4);
    expect(Math.max(...weights.map((w, i) => Math.abs(w - (expected[i] as number))))).toBeLessThan(1e-4);
  });
});
