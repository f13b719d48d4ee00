import { readFileSync } from 'node:fs';
import {
  type CheckedExamples,
  type FlowGraph,
  type GraphDescription,
  inputOptions,
  objective,
} from '@fluxion/graph';
import { boxes, graph, relu, sequential, sigmoid, tanh } from '@fluxion/layers';
import { l2, losses, softmaxCrossEntropy } from '@fluxion/loss';
import { type AdamOptions, adam, optimizerState, type SgdOptions, sgd } from '@fluxion/optim';
import { type DType, elements, labels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { writtenGradients } from '../surround.js';
import { expectClose } from './expectClose.js';

type Numbers = Readonly<Record<string, readonly number[]>>;

interface Given {
  readonly graph: GraphDescription;
  readonly batch: number;
  readonly inputs: Numbers;
  readonly parameters: Numbers;
  readonly targets: readonly number[];
}

interface Case extends Given {
  readonly title: string;
  readonly loss: string;
  readonly expected: {
    readonly output: readonly number[];
    readonly loss: number;
    readonly gradients: Numbers;
  };
}

interface Training extends Given {
  readonly optimizer: { readonly kind: 'sgd' | 'adam' } & SgdOptions & AdamOptions;
  readonly l2: number;
  readonly expected: { readonly losses: readonly number[]; readonly parameters: Numbers };
}

interface Values {
  readonly elementwise: { readonly inputs: readonly number[] } & Readonly<
    Record<
      'sigmoid' | 'tanh' | 'relu',
      { readonly output: readonly number[]; readonly derivative: readonly number[] }
    >
  >;
  readonly cases: readonly Case[];
  readonly trainings: readonly Training[];
}

/** What PyTorch computed in float64: see tools/fixtures/graphs.py. */
const values: Values = JSON.parse(readFileSync(new URL('values.json', import.meta.url), 'utf8'));

/** How far float64, in another order of additions, and float32 may be off, relative to the largest number. */
const tolerances: Readonly<Record<DType, number>> = { float64: 1e-13, float32: 2e-6 };

function build(given: Given, dtype: DType): FlowGraph {
  const model = graph(given.graph, { dtype });
  for (const parameter of model.parameters) model.assign(parameter, given.parameters[parameter.name]);
  return model;
}

function examplesOf({ graph, batch, inputs, targets }: Given, loss: string): CheckedExamples {
  const target =
    losses[loss]().targets === 'labels' ? labels(targets) : tensor(targets, [batch, targets.length / batch]);
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, numbers]) => [
        name,
        tensor(numbers, [batch, ...inputOptions(graph.inputs[name]).shape]),
      ]),
    ),
    targets: { target },
  };
}

describe.each(['float64', 'float32'] as const)('PyTorch agrees in %s', (dtype) => {
  const tolerance = tolerances[dtype];

  it.each(values.cases)('on output, loss and gradients: $title, $loss', (given) => {
    const model = build(given, dtype);
    const { inputs, targets } = examplesOf(given, given.loss);
    const tape = model.fprop(inputs);
    const { loss, gradients } = tape.bprop(objective(model, losses[given.loss]()), targets);
    expectClose(elements(tape.output), given.expected.output, tolerance, 'output');
    expectClose([loss], [given.expected.loss], tolerance, 'loss');
    const written = writtenGradients(model, gradients);
    expect(Object.keys(written).toSorted()).toEqual(Object.keys(given.expected.gradients).toSorted());
    for (const [name, gradient] of Object.entries(given.expected.gradients)) {
      expectClose(written[name], gradient, tolerance, name);
    }
  });

  it.each(values.trainings)('on 20 steps of $optimizer, l2($l2)', (given) => {
    const { kind, ...options } = given.optimizer;
    const model = build(given, dtype);
    const target = objective(model, softmaxCrossEntropy(), l2(given.l2));
    const state = optimizerState(kind === 'sgd' ? sgd(options) : adam(options), model);
    const { inputs, targets } = examplesOf(given, 'softmaxCrossEntropy');
    const seen = given.expected.losses.map(() => {
      const tape = model.fprop(inputs);
      const { loss, gradients } = tape.bprop(target, targets);
      state.update(gradients);
      tape.release();
      return loss;
    });
    expectClose(seen, given.expected.losses, 10 * tolerance, 'losses');
    for (const { name, value } of model.parameters) {
      expectClose(elements(value), given.expected.parameters[name], 10 * tolerance, name);
    }
  });

  it.each(Object.entries({ sigmoid, tanh, relu }))(
    'on %s and its derivative, from 0 to ±1e8',
    (name, box) => {
      const { inputs, ...functions } = values.elementwise;
      const { output, derivative } = functions[name as keyof typeof functions];
      const model = sequential([box()], { inputShape: [inputs.length], dtype });
      const tape = model.fprop({ input: tensor(inputs, [1, inputs.length]) });
      expectClose(elements(tape.output), output, tolerance, 'output');

      const dOutput = model.kernels.arena.tensor(tape.output.shape);
      elements(dOutput).fill(1);
      const dInput = model.kernels.arena.tensor(tape.output.shape);
      const cells = {
        ...tape.cellsOf(model.box(`${name}1`)),
        dOutput,
        dInputs: [{ tensor: dInput, beta: 0 as const }],
      };
      for (const run of boxes[name].bprop({ ...cells, gradients: {} })) run?.();
      expectClose(elements(dInput), derivative, tolerance, 'derivative');
    },
  );
});
