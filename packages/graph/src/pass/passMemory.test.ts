import { DataError, elements, labels, OptionError, ShapeError, type Tensor, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, list, rows } from '../../test/models.js';
import { passDefinitions } from '../../test/passBoxes.js';
import { box } from '../../test/testBoxes.js';
import { squared } from '../../test/testLosses.js';
import { checkGradients } from '../checking/checkGradients.js';
import type { GraphDescription } from '../description/graphDescription.js';
import type { FlowGraph, PassOptions } from '../model/flowGraph.js';
import { objective } from '../model/objective.js';

function model(description: GraphDescription): FlowGraph {
  return build(description, { definitions: passDefinitions });
}

function output(
  graph: FlowGraph,
  inputs: Parameters<FlowGraph['fprop']>[0],
  options?: PassOptions,
): number[] {
  const tape = graph.fprop(inputs, options);
  const values = list(tape.output);
  tape.release();
  return values;
}

const centred: GraphDescription = {
  inputs: { x: [2] },
  boxes: { below: box.linear('x', 2), centred: { kind: 'centre', children: ['below'] } },
  outputs: ['centred'],
};

describe('a box with a state', () => {
  it('shows it among the states of the model, and not among the parameters', () => {
    const graph = model(centred);
    expect(graph.states.map(({ name, value }) => [name, list(value)])).toEqual([['centred.mean', [1, 1]]]);
    expect(graph.parameters.map(({ name }) => name)).toEqual(['below.weight']);
  });

  it('changes it in train, and uses it in predict', () => {
    const graph = model({ ...centred, boxes: { centred: { kind: 'centre', children: ['x'] } } });
    const x = rows([5, 6], [7, 9]);
    expect(output(graph, { x })).toEqual([4, 5, 6, 8]);
    expect(output(graph, { x })).toEqual([4, 5, 6, 8]);
    expect(output(graph, { x }, { mode: 'train' })).toEqual([4, 5, 6, 8]);
    expect(output(graph, { x })).toEqual([-2, -3, 0, 0]);
    const [mean] = graph.states;
    expect(list(graph.valueOf(mean as NonNullable<typeof mean>))).toEqual([7, 9]);
  });

  it('is checked with its state as the model has it, which stays', () => {
    const graph = model(centred);
    const examples = { inputs: { x: rows([5, 6], [7, 9]) }, targets: { t: rows([1, 0], [0, 2]) } };
    expect(checkGradients(graph, { loss: squared, examples }).ok).toBe(true);
    expect(list(graph.states[0]?.value as Tensor)).toEqual([1, 1]);
  });

  it('takes a state that is assigned', () => {
    const graph = model({ ...centred, boxes: { centred: { kind: 'centre', children: ['x'] } } });
    for (const state of graph.states) graph.assign(state, [10, 20]);
    expect(output(graph, { x: rows([10, 21]) })).toEqual([0, 1]);
    for (const state of graph.states) expect(() => graph.assign(state, [1])).toThrow(ShapeError);
  });
});

describe('a box that draws at random', () => {
  const graph = model({
    inputs: { x: [1] },
    boxes: { noisy: { kind: 'noise', children: ['x'] } },
    outputs: ['noisy'],
  });
  const zeros = (size: number) => ({ x: tensor(new Float64Array(size), [size, 1]) });

  it('draws in train only', () => {
    expect(output(graph, zeros(3))).toEqual([0, 0, 0]);
    expect(new Set(output(graph, zeros(3), { mode: 'train' })).size).toBe(3);
  });

  it('draws the same for an example alone, in a minibatch, and again', () => {
    const batch = output(graph, zeros(5), { mode: 'train', example: 2 ** 33 });
    const alone = [0, 1, 2, 3, 4].flatMap((i) =>
      output(graph, zeros(1), { mode: 'train', example: 2 ** 33 + i }),
    );
    expect(alone).toEqual(batch);
  });

  it('refuses a mode that is none', () => {
    expect(() => graph.fprop(zeros(1), { mode: 'test' as 'train' })).toThrow(
      new OptionError("fprop mode: expected train or predict, got 'test'; give one of these"),
    );
  });
});

describe('an input of indices', () => {
  const graph = model({
    inputs: { words: { shape: [3], indices: 4 } },
    boxes: {
      table: { kind: 'table', children: ['words'] },
      sum: { kind: 'sumSteps', children: ['table'] },
    },
    outputs: ['sum'],
  });
  const words = labels([3, 0, -1, 1, 1, 1], [2, 3]);

  it('reaches the boxes as integers, of which −1 is none', () => {
    expect(output(graph, { words })).toEqual([8, 10, 9, 12]);
    expect(output(graph, { words: tensor(Float64Array.from(words.data), [2, 3]) })).toEqual([8, 10, 9, 12]);
  });

  it('has the shape of the input, and a table of as many rows', () => {
    expect(graph.inputs).toEqual({ words: [3] });
    expect(graph.parameters[0]?.value.shape).toEqual([4, 2]);
  });

  it('is checked', () => {
    const examples = { inputs: { words }, targets: { t: rows([1, 2], [3, 4]) } };
    expect(checkGradients(graph, { loss: squared, examples }).ok).toBe(true);
  });

  it.each([4, -2, 1.5, Number.NaN])('refuses %d, with its row', (bad) => {
    const given = { words: tensor([0, 0, 0, 0, bad, 0], [2, 3]) };
    expect(() => graph.fprop(given)).toThrow(
      new DataError(
        `fprop input 'words': expected an integer from -1 to 3, got ${bad}; correct the data, or declare the input with more indices`,
        { row: 1 },
      ),
    );
    expect(graph.passesInFlight).toBe(0);
  });

  it('is refused by a box of numbers, and numbers by a box of indices', () => {
    const boxes = { top: box.tanh('words') };
    expect(() => model({ inputs: { words: { shape: [3], indices: 4 } }, boxes, outputs: ['top'] })).toThrow(
      new OptionError(
        "tanh 'top' child 1: expected numbers, got the indices of 'words'; put embedding() between",
      ),
    );
    const table = { kind: 'table', children: ['x'] };
    expect(() => model({ inputs: { x: [3] }, boxes: { table }, outputs: ['table'] })).toThrow(
      new OptionError(
        "table 'table' child 1: expected an input of indices, got numbers of 'x'; declare the input as { shape, indices }",
      ),
    );
  });

  it.each([0, -1, 2.5, 2 ** 31])('refuses to be declared with %d of them', (indices) => {
    const inputs = { words: { shape: [3], indices } };
    expect(() =>
      model({ inputs, boxes: { table: { kind: 'table', children: ['words'] } }, outputs: ['table'] }),
    ).toThrow(OptionError);
  });
});

describe('a mask', () => {
  const masked = (input: GraphDescription['inputs'][string]): FlowGraph =>
    model({
      inputs: { x: input },
      boxes: { sum: { kind: 'sumSteps', children: ['x'] } },
      outputs: ['sum'],
    });
  const steps = tensor([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60], [2, 3, 2]);

  it('leaves out what is padding', () => {
    const graph = masked({ shape: [3, 2], masked: true });
    const mask = tensor([1, 0, 0, 1, 1, 0], [2, 3]);
    expect(output(graph, { x: steps, 'x.mask': mask })).toEqual([1, 2, 40, 60]);
    expect(output(graph, { x: steps })).toEqual([9, 12, 90, 120]);
    expect(output(graph, { x: steps, 'x.mask': mask })).toEqual([1, 2, 40, 60]);
  });

  it('is refused where it is none', () => {
    const graph = masked({ shape: [3, 2], masked: true });
    const mask = tensor([1, 0, 0, 1, 0.5, 0], [2, 3]);
    expect(() => graph.fprop({ x: steps, 'x.mask': mask })).toThrow(
      new DataError(
        "fprop input 'x.mask': expected an integer from 0 to 1, got 0.5; give 1 for what counts and 0 for padding",
        { row: 1 },
      ),
    );
    expect(() => graph.fprop({ x: steps, 'x.mask': tensor([1, 1], [2, 1]) })).toThrow(ShapeError);
  });

  it('comes of itself for indices: −1 is padding', () => {
    const graph = model({
      inputs: { words: { shape: [3], indices: 4, masked: true } },
      boxes: {
        table: { kind: 'table', children: ['words'] },
        sum: { kind: 'sumSteps', children: ['table'] },
      },
      outputs: ['sum'],
    });
    const tape = graph.fprop({ words: labels([3, 0, -1, -1, -1, 2], [2, 3]) });
    expect(list(tape.cellsOf(graph.box('sum')).masks[0] as Tensor)).toEqual([1, 1, 0, 0, 0, 1]);
    expect(list(tape.mask('table') as Tensor)).toEqual([1, 1, 0, 0, 0, 1]);
    expect(tape.mask('sum')).toBeUndefined();
    tape.release();
  });

  it('is refused by a box that would take padding for data', () => {
    const boxes = { top: box.twice('x') };
    expect(() => model({ inputs: { x: { shape: [3, 2], masked: true } }, boxes, outputs: ['top'] })).toThrow(
      /^twice 'top': expected children without a mask, got that of input 'x', which twice would take for data/,
    );
  });

  it('is refused by a loss that would count padding', () => {
    const graph = model({
      inputs: { words: { shape: [3], indices: 4, masked: true } },
      boxes: { table: { kind: 'table', children: ['words'] } },
      outputs: ['table'],
    });
    expect(() => objective(graph, squared)).toThrow(
      /^loss 'squared' of 'table': expected an output without a mask/,
    );
  });
});

describe('a weight that is used twice', () => {
  it('has the gradients of both uses, in factors of any cells', () => {
    const graph = model({
      inputs: { x: [3] },
      boxes: { twice: { kind: 'squaredMap', children: ['x'] } },
      outputs: ['twice'],
    });
    const examples = {
      inputs: { x: rows([1, 2, -1], [0.5, 0, 3]) },
      targets: { t: rows([1, 0, 0], [0, 2, 1]) },
    };
    expect(checkGradients(graph, { loss: squared, examples }).ok).toBe(true);
  });
});

describe('a number that is not finite', () => {
  const graph = model({ inputs: { x: [5] }, boxes: { top: box.linear('x', 1) }, outputs: ['top'] });

  it.each([
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 4],
    [Number.NEGATIVE_INFINITY, 7],
  ])('as %d at place %d is refused in an input, with its row', (bad, at) => {
    const x = tensor(
      Float64Array.from({ length: 10 }, (_, i) => (i === at ? bad : i)),
      [2, 5],
    );
    expect(() => graph.fprop({ x })).toThrow(
      new DataError(
        `fprop input 'x': expected finite numbers, got ${bad}; leave the example out, or correct the data`,
        { row: at < 5 ? 0 : 1 },
      ),
    );
  });

  it('is refused where it is one only in the precision of the model', () => {
    const single = build(graph.description, { dtype: 'float32' });
    expect(() => single.fprop({ x: rows([1, 2, 3, 4, 1e39]) })).toThrow(
      "row 0: fprop input 'x': expected finite numbers of float32, got Infinity",
    );
  });

  it('is refused in a target', () => {
    const tape = graph.fprop({ x: rows([1, 2, 3, 4, 5]) });
    expect(() => tape.loss(objective(graph, squared), { t: rows([Number.NaN]) })).toThrow(
      "row 0: target of 'top': expected finite numbers, got NaN",
    );
    tape.release();
  });
});

describe('weights', () => {
  const graph = model({ inputs: { x: [2] }, boxes: { top: box.linear('x', 1) }, outputs: ['top'] });
  const x = rows([1, 2], [3, -1], [0, 1]);
  const t = rows([1], [0], [2]);

  it('of whole numbers are as examples that come so often', () => {
    const target = objective(graph, squared);
    const gradient = (weights: readonly number[] | undefined, chosen: readonly number[]): number[] => {
      const pick = (whole: Tensor): Tensor =>
        rows(...chosen.map((row) => [...elements(whole.pick(row, null) as Tensor)]));
      const tape = graph.fprop({ x: pick(x) });
      const { loss, gradients } = tape.bprop(target, { t: pick(t) }, weights && tensor(weights));
      const [first] = gradients;
      const written = graph.kernels.arena.tensor([2, 1]);
      if (first !== undefined) {
        graph.kernels.writeGradient(
          written,
          first.gradient,
          { l1: 0, l2: 0 },
          { tensor: written, beta: 0 },
        )();
      }
      tape.release();
      return [loss, ...list(written)].map((value) => value * chosen.length);
    };
    const weighted = gradient([2, 0, 1], [0, 1, 2]);
    const repeated = gradient(undefined, [0, 0, 2]);
    weighted.forEach((value, i) => expect(value).toBeCloseTo(repeated[i] as number, 12));
    expect(gradient(undefined, [0, 1, 2])).toEqual(gradient([1, 1, 1], [0, 1, 2]));
  });

  it('of a class count for its examples', () => {
    const tape = graph.fprop({ x });
    const plain = tape.loss(objective(graph, squared), { t: rows([1], [0], [0]) }, tensor([3, 1, 1]));
    const byClass = objective(graph, { ...squared, classWeights: [1, 3] });
    expect(tape.loss(byClass, { t: rows([1], [0], [0]) })).toBeCloseTo(plain, 14);
    tape.release();
  });

  it('of an output count for all its examples', () => {
    const [single, half] = [squared, { ...squared, weight: 0.5 }].map((loss) => {
      const tape = graph.fprop({ x });
      const value = tape.loss(objective(graph, loss), { t });
      tape.release();
      return value;
    });
    expect(half).toBeCloseTo((single as number) / 2, 14);
  });

  it('are part of the gradients, which are checked', () => {
    const examples = { inputs: { x }, targets: { t: rows([1], [0], [0]) }, weights: tensor([2, 0, 0.5]) };
    const loss = { ...squared, weight: 3, classWeights: [1, 2] };
    expect(checkGradients(graph, { loss, examples }).ok).toBe(true);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuse %d, with its row', (bad) => {
    const tape = graph.fprop({ x });
    expect(() => tape.loss(objective(graph, squared), { t }, tensor([1, bad, 1]))).toThrow(
      new DataError(`example weights: expected numbers from 0, got ${bad}; give such a weight`, { row: 1 }),
    );
    expect(() => tape.loss(objective(graph, squared), { t }, tensor([1, 1]))).toThrow(ShapeError);
    tape.release();
  });
});
