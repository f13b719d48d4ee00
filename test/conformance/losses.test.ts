import { type CheckedExamples, checkGradients, type FlowGraph, type Loss, objective } from '@fluxion/graph';
import { apply, graph, linear, sequential, tanh } from '@fluxion/layers';
import { losses, weighted } from '@fluxion/loss';
import {
  type DType,
  elements,
  type Labels,
  labels,
  OptionError,
  ShapeError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { type LossCase, lossCases } from './lossCases.js';
import { randomTensor, writtenGradients } from './surround.js';

const inputLength = 3;

function chainOf({ chain }: LossCase, dtype: DType = 'float64'): FlowGraph {
  return sequential(chain, { inputShape: [inputLength], seed: 2, dtype });
}

function examplesOf({ targets }: LossCase, batch: number): CheckedExamples {
  return {
    inputs: { input: randomTensor([batch, inputLength], 1, 'input') },
    targets: { target: targets(batch, 1) },
  };
}

/** One row, as a batch of its own. */
function rowOf(whole: Tensor | Labels, row: number): Tensor | Labels {
  if (whole.data instanceof Int32Array) return labels([whole.data[row]]);
  const [, ...shape] = whole.shape;
  return tensor([...elements(whole as Tensor)].slice(row * whole.stride[0], (row + 1) * whole.stride[0]), [
    1,
    ...shape,
  ]);
}

/** The mean loss of a batch, and its gradients by parameter. */
function lossAndGradients(model: FlowGraph, loss: Loss, { inputs, targets }: CheckedExamples) {
  const pass = model.fprop(inputs).bprop(objective(model, loss), targets);
  return { loss: pass.loss, gradients: writtenGradients(model, pass.gradients) };
}

it('there is a case for every loss of the registry', () => {
  expect(Object.keys(lossCases).toSorted()).toEqual(Object.keys(losses).toSorted());
});

describe.each(Object.entries(lossCases))('%s', (kind, lossCase) => {
  const loss = losses[kind]();

  it.each([1, 3, 8])('has right gradients in a batch of %i', (batch) => {
    const report = checkGradients(chainOf(lossCase), { loss, examples: examplesOf(lossCase, batch) });
    expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
    expect(report.parameters.length).toBe(4);
  });

  it('has right gradients on an output that is also the child of another, with a loss of its own', () => {
    const chain = chainOf(lossCase);
    const [first] = chain.outputs;
    const { inputs, boxes } = chain.description;
    const model = graph({
      inputs,
      boxes: { ...boxes, bent: apply(tanh(), first), second: apply(linear(4), 'bent') },
      outputs: [first, 'second'],
    });
    const examples = examplesOf(lossCase, 3);
    const targets = { [first]: examples.targets.target, second: randomTensor([3, 4], 1, 'second') };
    const report = checkGradients(model, {
      loss: { [first]: loss, second: losses.squaredError() },
      examples: { ...examples, targets },
    });
    expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
  });

  it.each(loss.mixesExamples ? [] : [5])(
    'is the mean over %i examples, and so are its gradients',
    (batch) => {
      const model = chainOf(lossCase);
      const { inputs, targets } = examplesOf(lossCase, batch);
      const whole = lossAndGradients(model, loss, { inputs, targets });
      const single = Array.from({ length: batch }, (_, row) =>
        lossAndGradients(model, loss, {
          inputs: { input: rowOf(inputs.input, row) as Tensor },
          targets: { target: rowOf(targets.target, row) },
        }),
      );
      const mean = (values: readonly number[]): number =>
        values.reduce((sum, value) => sum + value, 0) / batch;
      expect(whole.loss).toBeCloseTo(mean(single.map((each) => each.loss)), 13);
      for (const [name, gradient] of Object.entries(whole.gradients)) {
        gradient.forEach((value, i) => {
          expect(value, name).toBeCloseTo(mean(single.map(({ gradients }) => gradients[name][i])), 13);
        });
      }
    },
  );

  it.each(loss.mixesExamples ? [5] : [])('mixes %i examples, as it says, each at its weight', (batch) => {
    const model = chainOf(lossCase);
    const examples = examplesOf(lossCase, batch);
    const alone = Array.from({ length: batch }, (_, row) => {
      const inputs = { input: rowOf(examples.inputs.input, row) as Tensor };
      return lossAndGradients(model, loss, {
        inputs,
        targets: { target: rowOf(examples.targets.target, row) },
      }).loss;
    });
    expect(alone).toEqual(alone.map(() => 0));
    const weights = tensor([0.5, 2, 0, 1, 3], [batch]);
    const report = checkGradients(model, { loss, examples: { ...examples, weights } });
    expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
  });

  it('is the same without the way back', () => {
    const model = chainOf(lossCase);
    const { inputs, targets } = examplesOf(lossCase, 3);
    const tape = model.fprop(inputs);
    const target = objective(model, loss);
    const forward = tape.loss(target, targets);
    expect(forward).toBeGreaterThan(0);
    expect(tape.bprop(target, targets).loss).toBe(forward);
  });

  it('has in float32, on the kernels that train, the loss and gradients of float64', () => {
    const [single, double] = (['float32', 'float64'] as const).map((dtype) =>
      lossAndGradients(chainOf(lossCase, dtype), loss, examplesOf(lossCase, 3)),
    );
    expect(Math.abs(single.loss / double.loss - 1)).toBeLessThan(1e-6);
    for (const [name, expected] of Object.entries(double.gradients)) {
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, i) => {
        expect(Math.abs(single.gradients[name][i] - value), name).toBeLessThan(1e-5 * largest);
      });
    }
  });

  it('has gradients of 0 on a batch without examples', () => {
    const { gradients } = lossAndGradients(chainOf(lossCase), loss, examplesOf(lossCase, 0));
    expect(Object.values(gradients).flat()).toSatisfy((all: number[]) => all.every((value) => value === 0));
  });

  it.each(lossCase.refused.map((shape) => ({ shape })))(
    'refuses an output of shape $shape, and says what would fit',
    ({ shape }) => {
      const model = sequential([tanh()], { inputShape: shape });
      const bind = () => objective(model, loss);
      expect(bind).toThrow(ShapeError);
      expect(bind).toThrow(
        new RegExp(`^${kind} of 'tanh1': expected shape \\[\\w+\\], got \\[[\\d, ]*\\]; .+`),
      );
    },
  );

  it('refuses targets of another shape', () => {
    const model = chainOf(lossCase);
    const [output] = model.outputs;
    const tape = model.fprop(examplesOf(lossCase, 1).inputs);
    const bprop = () => tape.bprop(objective(model, loss), { target: lossCase.refusedTargets });
    expect(bprop).toThrow(ShapeError);
    expect(bprop).toThrow(
      new RegExp(`^targets of '${output}': expected shape \\[batch.*\\], got \\[1.*\\]; .+`),
    );
  });

  it('refuses as many targets as there are not examples', () => {
    const model = chainOf(lossCase);
    const tape = model.fprop(examplesOf(lossCase, 3).inputs);
    expect(() => tape.bprop(objective(model, loss), { target: lossCase.targets(2, 1) })).toThrow(
      new ShapeError(
        `targets of '${model.outputs[0]}': expected 3 examples as elsewhere in the minibatch, got 2; give as many`,
      ),
    );
  });

  it('is seen by the check when its gradient is 1 % too large', () => {
    const wrong: Loss = {
      ...loss,
      bprop(cells) {
        const scale = cells.kernels.scale(cells.dOutput.tensor);
        return [...loss.bprop(cells), () => scale(1.01)];
      },
    };
    const report = checkGradients(chainOf(lossCase), { loss: wrong, examples: examplesOf(lossCase, 3) });
    expect(report.parameters.map(({ ok }) => ok)).toEqual([false, false, false, false]);
    expect(report.maxRelativeError).toBeGreaterThan(5e-3);
  });

  it('is seen by the check when it does not divide by the batch size', () => {
    const wrong: Loss = { ...loss, bprop: (cells) => loss.bprop({ ...cells, factor: 1 }) };
    const report = checkGradients(chainOf(lossCase), { loss: wrong, examples: examplesOf(lossCase, 3) });
    expect(report.ok).toBe(false);
  });
});

it('looks at targets of the steps that count, and not at those of padding', () => {
  const model = graph({
    inputs: { x: { shape: [2, 3], masked: true } },
    boxes: { top: apply(linear(2), 'x') },
    outputs: ['top'],
  });
  const loss = objective(model, losses.klDivergence());
  const run = (mask: readonly number[]) => {
    const inputs = { x: tensor([1, 2, 3, 0, 0, 0], [1, 2, 3]), 'x.mask': tensor(mask, [1, 2]) };
    return model.fprop(inputs).loss(loss, { t: tensor([0.5, 0.5, 0, 0], [1, 2, 2]) });
  };
  expect(run([1, 0])).toSatisfy(Number.isFinite);
  expect(() => run([1, 1])).toThrow('expected probabilities, from 0 and with the sum 1, got the sum 0');
});

describe('weights of the steps of sequences', () => {
  const model = graph(
    {
      inputs: { x: { shape: [3, 2], masked: true } },
      boxes: { top: apply(linear(3), 'x'), one: apply(linear(1), 'x') },
      outputs: ['top', 'one'],
    },
    { dtype: 'float64', seed: 4 },
  );
  const inputs = {
    x: randomTensor([2, 3, 2], 1, 'x'),
    'x.mask': tensor([1, 1, 1, 1, 1, 0], [2, 3]),
  };
  const tags = labels([0, 2, -1, 2, 1, 0], [2, 3]);
  const clicks = tensor([1, 0, 1, 0, 0, 0], [2, 3, 1]);
  const classes = [0.5, 1, 20];

  /** The loss where one step of one example counts alone, which has no other weight. */
  const alone = (loss: Loss, targets: Tensor | Labels, example: number, step: number): number => {
    const mask = tensor(
      [0, 1, 2, 3, 4, 5].map((i) => Number(i === 3 * example + step)),
      [2, 3],
    );
    const tape = model.fprop({ ...inputs, 'x.mask': mask });
    return tape.losses(objective(model, { [loss.link === 'softmax' ? 'top' : 'one']: loss }), { t: targets })[
      example
    ];
  };

  it('are those of their classes, for labels', () => {
    const loss = losses.softmaxCrossEntropy();
    const [first, second] = [0, 1].map((example) =>
      [0, 1].map((step) => classes[tags.get(example, step)] * alone(loss, tags, example, step)),
    );
    const rare = objective(model, { top: weighted(loss, { classes }) });
    const found = model.fprop(inputs).losses(rare, { t: tags });
    expect(found[0]).toBeCloseTo((first[0] + first[1]) / 2, 14);
    expect(found[1]).toBeCloseTo((second[0] + second[1]) / 2, 14);
  });

  it('are those of their classes, for one unit', () => {
    const loss = losses.binaryCrossEntropy();
    const each = [0, 1, 2].map((step) => (step === 1 ? 1 : 9) * alone(loss, clicks, 0, step));
    const rare = objective(model, { one: weighted(loss, { classes: [1, 9] }) });
    const [found] = model.fprop(inputs).losses(rare, { t: clicks });
    expect(found).toBeCloseTo((each[0] + each[1] + each[2]) / 3, 14);
  });

  it('come with the examples too, and multiply those of classes', () => {
    const loss = losses.softmaxCrossEntropy();
    const rare = objective(model, { top: weighted(loss, { classes }) });
    const weights = tensor([3, 0, 1, 0, 0.25, 1], [2, 3]);
    const found = model.fprop(inputs).loss(rare, { t: tags }, weights);
    const expected = (3 * 0.5 * alone(loss, tags, 0, 0)) / 2 + (0.25 * alone(loss, tags, 1, 1)) / 2;
    expect(found).toBeCloseTo(expected / 2, 14);
  });

  it.each([
    ['softmaxCrossEntropy', 'top', weighted(losses.softmaxCrossEntropy(), { classes }), tags],
    ['focalCrossEntropy', 'top', weighted(losses.focalCrossEntropy(), { classes }), tags],
    ['binaryCrossEntropy', 'one', weighted(losses.binaryCrossEntropy(), { classes: [1, 9] }), clicks],
    ['huber', 'one', losses.huber(), clicks],
  ] as const)('have their part in the gradients of %s', (_, output, loss, targets) => {
    const weights = tensor([3, 0.5, 1, 2, 0.25, 1], [2, 3]);
    const examples = { inputs, targets: { [output]: targets }, weights };
    const report = checkGradients(model, { loss: { [output]: loss as Loss }, examples });
    expect(report.worst.relativeError, JSON.stringify(report.worst)).toBeLessThan(1e-7);
    expect(report.parameters.length).toBe(2);
  });

  it('of classes are refused where a step has several targets, and those of steps by a loss of examples', () => {
    expect(() => objective(model, { top: weighted(losses.huber(), { classes: [1, 2] }) })).toThrow(
      new OptionError(
        "loss 'huber' of 'top' class weights: expected one target for each example and step, got targets of shape [3, 3]; weigh the examples instead",
      ),
    );
    const flat = sequential([linear(2)], { inputShape: [2] });
    expect(() => objective(flat, weighted(losses.softmaxCrossEntropy(), { classes: [1, 2, 3] }))).toThrow(
      'class weights: expected one for each of its 2 classes, got 3; give as many',
    );
    const tape = flat.fprop({ x: tensor([1, 2], [1, 2]) });
    const targets = { t: tensor([1, 2], [1, 2]) };
    expect(() => tape.loss(objective(flat, losses.squaredError()), targets, tensor([1, 1], [1, 2]))).toThrow(
      new ShapeError('example weights: expected shape [1], got [1, 2]; give one weight for each example'),
    );
    const steps = objective(model, { one: losses.huber() });
    const given = tensor([1, 1, 1, 1], [2, 2]);
    expect(() => model.fprop(inputs).loss(steps, { t: clicks }, given)).toThrow(
      new ShapeError('step weights: expected shape [2, 3], got [2, 2]; give one weight for each step'),
    );
  });
});

describe('losses that are one written in two ways', () => {
  it('softmaxCrossEntropy is negativeLogLikelihood of softmax, in value and gradients', () => {
    const fused = lossCases.softmaxCrossEntropy;
    const apart = lossCases.negativeLogLikelihood;
    const a = lossAndGradients(chainOf(fused), losses.softmaxCrossEntropy(), examplesOf(fused, 5));
    const b = lossAndGradients(chainOf(apart), losses.negativeLogLikelihood(), examplesOf(apart, 5));
    expect(a.loss).toBeCloseTo(b.loss, 14);
    for (const [name, gradient] of Object.entries(a.gradients)) {
      gradient.forEach((value, i) => {
        expect(value, name).toBeCloseTo(b.gradients[name][i], 14);
      });
    }
  });

  it('binaryCrossEntropy of z is softmaxCrossEntropy of [0, z]', () => {
    const inputs = { input: randomTensor([4, 1], 1, 'input') };
    const classes = [1, 0, 0, 1];
    const one = sequential([linear(1)], { inputShape: [1], dtype: 'float64', seed: 3 });
    const two = sequential([linear(2)], { inputShape: [1], dtype: 'float64' });
    const [weight, bias] = two.parameters;
    two.assign(weight, [0, ...elements(one.parameters[0].value)]);
    two.assign(bias, [0, ...elements(one.parameters[1].value)]);

    const binary = lossAndGradients(one, losses.binaryCrossEntropy(), {
      inputs,
      targets: { t: tensor(classes, [4, 1]) },
    });
    const softmax = lossAndGradients(two, losses.softmaxCrossEntropy(), {
      inputs,
      targets: { t: labels(classes) },
    });
    expect(binary.loss).toBeCloseTo(softmax.loss, 14);
    expect(binary.gradients['linear1.weight'][0]).toBeCloseTo(softmax.gradients['linear1.weight'][1], 14);
    expect(binary.gradients['linear1.bias'][0]).toBeCloseTo(softmax.gradients['linear1.bias'][1], 14);
  });
});
