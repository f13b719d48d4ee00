import type { BoxDefinition, BoxDescription } from '@fluxion/graph';
import { expectShape, OptionError, type Shape, type Tensor } from '@fluxion/tensor';
import { initializer } from '../initializers.js';
import { expectEpsilon } from './expectEpsilon.js';
import { gainAndBias, gainAndBiasGradients } from './gainAndBias.js';
import type { LayerNormOptions } from './layerNorm.js';

/** Options of a batchNorm box. */
export interface BatchNormOptions extends LayerNormOptions {
  /** Share of the running statistics that each minibatch replaces, in (0, 1]. Default 0.1. */
  readonly momentum?: number;
}

/** Description of a batchNorm box. */
export interface BatchNorm extends BoxDescription, BatchNormOptions {
  readonly kind: 'batchNorm';
}

/**
 * Each channel, the last axis, to mean 0 and variance 1, then scaled and shifted: output = gain ⊙ (x − μ) / √(σ² + ε) + bias.
 * In training μ and σ² are those of the minibatch, over examples and places, and move the running ones: m ← m +
 * momentum·(μ − m), and v likewise by the unbiased n/(n − 1)·σ². In predictions the running ones are used.
 *
 * Shapes   input and output [batch, ...axes, channels], gain and bias [channels], which begin at 1 and 0
 * states   mean and variance [channels], the running ones, which begin at 0 and 1: saved with the parameters, not learned
 * bprop    dInput = (d − mean(d) − x̂ mean(d ⊙ x̂)) / √(σ² + ε) over the minibatch, d = dOutput ⊙ gain; in a predict pass
 *          d / √(v + ε);  dGain = Σ dOutput ⊙ x̂;  dBias = Σ dOutput
 *
 * In a minibatch of one example the statistics are that example's own, and of one vector the output is the bias, whatever the
 * input: a warning (FLUXION_BATCH_NORM) says so once for each such box. Take groupNorm, layerNorm or rmsNorm there.
 *
 * @throws {OptionError} when ε is not positive or momentum is not in (0, 1]; {ShapeError} when the graph is built and an example
 *   is a single number.
 * @see Ioffe and Szegedy, "Batch normalization", ICML 2015, algorithms 1 and 2.
 * @example
 * sequential([linear(100), batchNorm(), relu(), linear(10)], { inputShape: [784] });
 */
export function batchNorm(options: BatchNormOptions = {}): BatchNorm {
  expectOptions(options, 'batchNorm');
  return { kind: 'batchNorm', ...options };
}

function expectOptions({ epsilon = 1e-5, momentum = 0.1 }: BatchNormOptions, where: string): void {
  expectEpsilon(epsilon, where);
  if (!(momentum > 0 && momentum <= 1)) {
    throw new OptionError(
      `${where} momentum: expected a number above 0 up to 1, got ${momentum}; give one, as 0.1`,
    );
  }
}

/** How a batchNorm box computes. */
export const batchNormBox: BoxDefinition<BatchNorm> = {
  children: 1,
  options: ['epsilon', 'momentum'],
  mixesExamples: () => true,
  outputShape(options, [input = []], where) {
    expectOptions(options, where);
    if (input.length === 0) expectShape(`${where} input`, ['channels'], input, 'give it a vector');
    return input;
  },
  parameters: (_, [input]) => gainAndBias(input?.at(-1) as number),
  states: (_, [input]) => {
    const shape = [input?.at(-1) as number];
    return {
      mean: { shape, initializer: initializer('zeros') },
      variance: { shape, initializer: initializer('ones') },
    };
  },
  workspace: (_, [shape = []]) => {
    const channels: Shape = [shape.at(-1) as number];
    return {
      normalized: { shape, per: 'example' },
      dNormalized: { shape, per: 'example' },
      mean: { shape: channels, per: 'pass' },
      variance: { shape: channels, per: 'pass' },
      inverse: { shape: channels, per: 'pass' },
    };
  },
  fprop({ kernels, name, description, pass, inputs: [input], parameters, states, workspace, output }) {
    const { epsilon = 1e-5, momentum = 0.1 } = description;
    const { gain, bias } = parameters as { gain: Tensor; bias: Tensor };
    const running = states as { mean: Tensor; variance: Tensor };
    const { normalized, mean, variance, inverse } = workspace as Readonly<Record<Cell, Tensor>>;
    const x = input as Tensor;
    const rows = x.size / gain.size;
    const measure = kernels.columnMoments(x, mean, variance);
    const moveMean = kernels.moveTowards(running.mean, mean, momentum);
    const moveVariance = kernels.moveTowards(running.variance, variance, momentum, rows / (rows - 1));
    const byBatch = kernels.normalizeColumns(x, mean, variance, epsilon, normalized, inverse);
    const byRunning = kernels.normalizeColumns(
      x,
      running.mean,
      running.variance,
      epsilon,
      normalized,
      inverse,
    );
    let hasWarned = x.shape[0] !== 1;
    const train = (): void => {
      measure();
      byBatch();
      if (rows > 0) moveMean();
      if (rows > 1) moveVariance();
      if (hasWarned) return;
      hasWarned = true;
      warnOfOneExample(name, rows);
    };
    return [
      () => (pass.mode === 'train' ? train() : byRunning()),
      kernels.scaleAndShiftRows(normalized, gain, bias, output),
    ];
  },
  bprop(cells) {
    const { kernels, pass, workspace, dInputs } = cells;
    const { normalized, dNormalized, inverse } = workspace as Readonly<Record<Cell, Tensor>>;
    const [dInput] = dInputs;
    const byBatch = dInput && kernels.normalizeColumnsGradient(normalized, inverse, dNormalized, dInput);
    const byRunning = dInput && kernels.multiplyRows(dNormalized, inverse, dInput);
    return [
      ...gainAndBiasGradients(cells),
      byBatch && byRunning && (() => (pass.mode === 'train' ? byBatch() : byRunning())),
    ];
  },
};

type Cell = 'normalized' | 'dNormalized' | 'mean' | 'variance' | 'inverse';

function warnOfOneExample(name: string, rows: number): void {
  const warning =
    rows === 1
      ? 'a minibatch of one vector has variance 0, so the output is the bias whatever the input; take layerNorm() or rmsNorm(), or larger minibatches'
      : 'the statistics of a minibatch of one example are those of that example alone, not those that predictions use; take groupNorm() or layerNorm(), or larger minibatches';
  process.emitWarning(`batchNorm '${name}': ${warning}`, { code: 'FLUXION_BATCH_NORM' });
}
