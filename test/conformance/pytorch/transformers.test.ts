import { readFileSync } from 'node:fs';
import { type GraphDescription, inputOptions, objective } from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { type DType, elements, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { writtenGradients } from '../surround.js';
import { expectClose } from './expectClose.js';

type Numbers = Readonly<Record<string, readonly number[]>>;

interface Case {
  readonly title: string;
  readonly graph: GraphDescription;
  readonly batch: number;
  readonly inputs: Numbers;
  readonly parameters: Numbers;
  readonly targets: readonly number[];
  readonly expected: {
    readonly output: readonly number[];
    readonly loss: number;
    readonly gradients: Numbers;
  };
}

/** What PyTorch computed in float64: see tools/fixtures/transformers.py. */
const { cases }: { cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('transformers.json', import.meta.url), 'utf8'),
);

const tolerances: Readonly<Record<DType, number>> = { float64: 1e-12, float32: 1e-5 };

describe.each(['float64', 'float32'] as const)("PyTorch's layers are transformer blocks, in %s", (dtype) => {
  it.each(cases)('$title', ({ graph: description, batch, inputs, parameters, targets, expected }) => {
    const tolerance = tolerances[dtype];
    const model = graph(description, { dtype });
    expect(model.parameters.map(({ name }) => name).toSorted()).toEqual(Object.keys(parameters).toSorted());
    for (const parameter of model.parameters) model.assign(parameter, parameters[parameter.name]);
    const given = Object.entries(inputs).map(([name, numbers]) => [
      name,
      tensor(numbers, [batch, ...inputOptions(description.inputs[name]).shape]),
    ]);
    const tape = model.fprop(Object.fromEntries(given));
    expectClose(elements(tape.output), expected.output, tolerance, 'output');
    const target = tensor(targets, [batch, targets.length / batch]);
    const { loss, gradients } = tape.bprop(objective(model, squaredError()), { target });
    expectClose([loss], [expected.loss], tolerance, 'loss');
    for (const [name, gradient] of Object.entries(writtenGradients(model, gradients))) {
      expectClose(gradient, expected.gradients[name], tolerance, name);
    }
  });
});
