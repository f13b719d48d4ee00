import {
  DataError,
  type DType,
  OptionError,
  type Shape,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { build, chain, list, numbers, rows } from '../../test/models.js';
import { box, definitions } from '../../test/testBoxes.js';
import { squared } from '../../test/testLosses.js';
import type { BoxDefinition } from '../box/boxDefinition.js';
import type { GraphDescription } from '../description/graphDescription.js';
import { FlowGraph } from './flowGraph.js';
import { objective } from './objective.js';

const twoLayers: GraphDescription = {
  inputs: { x: [3] },
  boxes: { hidden: box.linear('x', 4), active: box.tanh('hidden'), top: box.linear('active', 2) },
  outputs: ['top'],
};

describe('FlowGraph', () => {
  it('infers the shape of every box', () => {
    const model = build({
      inputs: { image: [2, 3], age: [6] },
      boxes: {
        vector: box.twice('image'),
        sum: box.add('vector', 'age'),
        top: box.linear('sum', 4),
      },
      outputs: ['top', 'sum'],
    });
    const shapes = model.boxes.map(({ name, shape }) => [name, shape]);
    expect(shapes).toEqual([
      ['vector', [6]],
      ['sum', [6]],
      ['top', [4]],
    ]);
    expect(model.outputs).toEqual(['top', 'sum']);
    expect(model.inputs).toEqual({ image: [2, 3], age: [6] });
  });

  it('has its boxes and parameters in the order of fprop', () => {
    const model = build(twoLayers);
    expect(model.boxes.map(({ name }) => name)).toEqual(['hidden', 'active', 'top']);
    expect(model.parameters.map(({ name, value }) => [name, value.shape])).toEqual([
      ['hidden.weight', [3, 4]],
      ['top.weight', [4, 2]],
    ]);
    expect(model.box('top').parameters.get('weight')).toBe(model.parameters[1]);
  });

  it('knows which parameters are regularized and which are frozen', () => {
    const model = build({
      ...twoLayers,
      boxes: { ...twoLayers.boxes, top: box.scale('active', [1, 1, 1, 1], { frozen: true }) },
    });
    expect(model.parameters.map(({ name, regularized, frozen }) => [name, regularized, frozen])).toEqual([
      ['hidden.weight', true, false],
      ['top.factor', false, true],
    ]);
  });

  it('trains in float32 from the seed 0 unless told otherwise', () => {
    const model = new FlowGraph(twoLayers, { definitions });
    expect(model.dtype).toBe('float32');
    expect(model.seed).toBe(0);
    expect(model.parameters[0]?.value.data).toBeInstanceOf(Float32Array);
    expect(build(twoLayers).parameters[0]?.value.data).toBeInstanceOf(Float64Array);
  });

  it('begins with the same parameters from the same seed, and others from another', () => {
    const begin = (seed: number): number[][] =>
      build(twoLayers, { seed }).parameters.map(({ value }) => list(value));
    expect(begin(1)).toEqual(begin(1));
    expect(begin(1)).not.toEqual(begin(2));
  });

  it('begins a box with the same parameters whatever else is in the graph, and two boxes with others', () => {
    const alone = chain(3, { hidden: box.linear('x', 3) });
    const model = chain(3, { below: box.linear('x', 3), hidden: box.linear('below', 3) });
    const [below, hidden] = model.parameters.map(({ value }) => list(value));
    expect(hidden).toEqual(list(alone.parameters[0]?.value as never));
    expect(below).not.toEqual(hidden);
  });

  it('is the same model after its description has been JSON', () => {
    const model = build(twoLayers, { seed: 3 });
    const again = build(JSON.parse(JSON.stringify(model.description)), { seed: 3 });
    const x = numbers(2, 3);
    expect(list(again.fprop({ x }).output)).toEqual(list(model.fprop({ x }).output));
  });

  it('runs a chain of 10,000 boxes there and back', () => {
    const boxes = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`b${i}`, box.scale(i === 0 ? 'x' : `b${i - 1}`, [1])]),
    );
    const model = chain(1, boxes);
    const target = objective(model, squared);
    const tape = model.fprop({ x: rows([3]) });
    expect(list(tape.output)).toEqual([3]);
    const { order, loss, gradients } = tape.bprop(target, { t: rows([1]) });
    expect(loss).toBe(2);
    expect(order).toHaveLength(10_000);
    // ∂½(fx − 1)²/∂f = (3 − 1) · 3 for each factor of 1.
    expect(gradients.every(({ gradient }) => gradient.form === 'dense' && gradient.tensor.get(0) === 6)).toBe(
      true,
    );
  });

  it('takes inputs and boxes that are called as what every object has', () => {
    const model = build({
      inputs: { ['__proto__']: [2], constructor: [2] },
      boxes: {
        toString: box.scale('__proto__', [1, 2]),
        hasOwnProperty: box.scale('constructor', [3, 4]),
        valueOf: box.add('toString', 'hasOwnProperty'),
      },
      outputs: ['valueOf'],
    });
    const inputs = { ['__proto__']: rows([1, 1]), constructor: rows([10, 10]) };
    const tape = model.fprop(inputs);
    expect(list(tape.output)).toEqual([31, 42]);
    const { gradients } = tape.bprop(objective(model, squared), { valueOf: rows([30, 40]) });
    expect(gradients.map(({ parameter }) => parameter.name).sort()).toEqual([
      'hasOwnProperty.factor',
      'toString.factor',
    ]);
    tape.release();
    expect(() => model.fprop({ ['__proto__']: rows([1, 1]) })).toThrow(
      new OptionError(
        "fprop input 'constructor': expected a tensor for each of __proto__, constructor, got __proto__; give one for 'constructor'",
      ),
    );
  });
});

describe('FlowGraph refuses', () => {
  const refused = (description: GraphDescription, options = {}) => expect(() => build(description, options));
  const withTop = (top: GraphDescription['boxes'][string]): GraphDescription => ({
    ...twoLayers,
    boxes: { ...twoLayers.boxes, top },
  });

  it('a kind that no definition is of', () => {
    refused(withTop({ kind: 'convolution', children: ['active'] })).toThrow(
      new OptionError(
        "box 'top' kind: expected one of linear, scale, add, multiply, tanh, twice, got 'convolution'; add it to definitions",
      ),
    );
  });

  it.each(['constructor', '__proto__'])('the kind %s, which only every object has', (kind) => {
    refused(withTop({ kind, children: ['active'] })).toThrow(
      new RegExp(`^box 'top' kind: expected one of .*, got '${kind}'; add it to definitions$`),
    );
  });

  it('a wrong number of children', () => {
    refused(withTop({ kind: 'tanh', children: ['active', 'hidden'] })).toThrow(
      new OptionError("tanh 'top' children: expected 1, got 2; name its children"),
    );
    refused(withTop({ kind: 'multiply', children: ['active'] })).toThrow(
      new OptionError("multiply 'top' children: expected 2, got 1; name its children"),
    );
  });

  it('no children where one or more are taken', () => {
    refused({
      inputs: { x: [1] },
      boxes: { none: { kind: 'add', children: [] }, top: box.add('x', 'none') },
      outputs: ['top'],
    }).toThrow(new OptionError("add 'none' children: expected one or more, got 0; name its children"));
  });

  it('a box that does not fit its children, and says which', () => {
    refused(withTop(box.multiply('active', 'x'))).toThrow(
      new ShapeError("multiply 'top' right: expected shape [4], got [3]; give it two of one shape"),
    );
    refused({ ...twoLayers, inputs: { x: [3, 3] } }).toThrow(
      new ShapeError("linear 'hidden' input: expected shape [fanIn], got [3, 3]; give it a vector"),
    );
  });

  it('a cycle, a dangling name and a name twice, as topologicalOrder does', () => {
    refused(withTop(box.add('active', 'top'))).toThrow(/expected no cycle, got top → top/);
    refused(withTop(box.tanh('hidden'))).toThrow(/'active' does not; remove it/);
    refused({ ...twoLayers, inputs: { x: [3], hidden: [4] } }).toThrow(/an input has it too/);
  });

  it('a graph without inputs', () => {
    refused({ inputs: {}, boxes: {}, outputs: ['top'] }).toThrow(
      new OptionError('graph inputs: expected at least one, got none; name one with its shape'),
    );
  });

  it.each<[Shape]>([[[-1]], [[2.5]], [[Number.NaN]], [[null as never]]])('an input of shape %j', (shape) => {
    refused({ ...twoLayers, inputs: { x: shape } }).toThrow(
      new ShapeError(
        `graph input 'x': expected lengths that are whole numbers from 0, got [${shape}]; give such lengths`,
      ),
    );
  });

  it('an option that a box, a graph or its options do not have', () => {
    const boxes = { top: { ...box.linear('x', 2), initialiser: 'zeros' } };
    const described = { inputs: { x: [2] }, boxes, outputs: ['top'] };
    const declared = { linear: { ...definitions.linear, options: ['units', 'gradient'] } as BoxDefinition };
    expect(() => new FlowGraph(described, { definitions: declared })).toThrow(
      new OptionError(
        "linear 'top': expected kind, name, frozen, children, units, gradient, got 'initialiser'; correct the name, or leave it out",
      ),
    );
    expect(() => new FlowGraph(described, { definitions })).not.toThrow();
    // @ts-expect-error: no such part
    expect(() => new FlowGraph({ ...twoLayers, output: ['top'] }, { definitions })).toThrow(
      new OptionError("graph: expected inputs, boxes, outputs, got 'output'; did you mean 'outputs'?"),
    );
    // @ts-expect-error: no such option
    expect(() => new FlowGraph(twoLayers, { definitions, sed: 1 })).toThrow("got 'sed'");
  });

  it('what is no description', () => {
    const { inputs, boxes, outputs } = twoLayers;
    const untyped = (description: unknown) => () =>
      new FlowGraph(description as GraphDescription, { definitions });
    expect(untyped({ inputs, boxes })).toThrow(
      new OptionError('graph outputs: expected inputs, boxes and outputs, got no outputs; give them'),
    );
    expect(untyped({ inputs: { x: 3 }, boxes, outputs })).toThrow(
      new OptionError("graph input 'x': expected the shape of one example, got 3; give it, as [784]"),
    );
    expect(untyped({ inputs, boxes: { top: { kind: 'tanh' } }, outputs: ['top'] })).toThrow(
      new OptionError(
        "graph box 'top' children: expected names, got undefined; put the box on its children by apply()",
      ),
    );
  });

  it('a seed that is none', () => {
    refused(twoLayers, { seed: 1.5 }).toThrow(
      new OptionError('graph seed: expected an integer from 0 to 4294967295, got 1.5; give such an integer'),
    );
  });

  it.each([0, -1, Number.NaN])('%d passes in flight', (maxPasses) => {
    refused(twoLayers, { maxPasses }).toThrow(
      new OptionError(`graph maxPasses: expected 1 or more, got ${maxPasses}; give such a number`),
    );
  });

  it('to name a box that it does not have', () => {
    const model = build(twoLayers);
    for (const name of ['x', 'constructor', 'linear1']) {
      expect(() => model.box(name)).toThrow(
        new OptionError(`graph box: expected one of hidden, active, top, got '${name}'; name one of these`),
      );
    }
  });
});

describe('FlowGraph.fprop', () => {
  const model = build({
    inputs: { left: [2], right: [2] },
    boxes: { sum: box.add('left', 'right'), product: box.multiply('left', 'right') },
    outputs: ['sum', 'product'],
  });
  const single = chain(3, { top: box.twice('x') });

  it('computes every box from its children', () => {
    const tape = model.fprop({ left: rows([1, 2], [3, 4]), right: rows([10, 20], [30, 40]) });
    expect(tape.batchSize).toBe(2);
    expect(list(tape.output)).toEqual([11, 22, 33, 44]);
    expect(list(tape.value('product'))).toEqual([10, 40, 90, 160]);
    expect(list(tape.value('left'))).toEqual([1, 2, 3, 4]);
    tape.release();
  });

  it('takes inputs by name, in whatever order', () => {
    const tape = model.fprop({ right: rows([10, 20]), left: rows([1, 2]) });
    expect(list(tape.value('left'))).toEqual([1, 2]);
    tape.release();
  });

  it('takes the one input there is under any name', () => {
    const tape = single.fprop({ image: rows([1, 2, 3]) });
    expect(list(tape.output)).toEqual([2, 4, 6]);
    tape.release();
  });

  it('takes the named one where more are given than the model has', () => {
    const tape = single.fprop({ id: rows([7], [8]), x: rows([1, 2, 3]) });
    expect(list(tape.output)).toEqual([2, 4, 6]);
    tape.release();
  });

  it('takes views with any strides, and either dtype', () => {
    const columns = tensor(Float32Array.of(1, 4, 2, 5, 3, 6), [3, 2]).transpose(1, 0);
    const tape = single.fprop({ x: columns });
    expect(list(tape.output)).toEqual([2, 4, 6, 8, 10, 12]);
    tape.release();
  });

  it('takes its own copy: what the caller writes later changes nothing', () => {
    const x = rows([1, 2, 3]);
    const tape = single.fprop({ x });
    x.set(0, 0, 100);
    expect(list(tape.value('x'))).toEqual([1, 2, 3]);
    tape.release();
  });

  it('takes what a tensor holds now, given once more', () => {
    const seen = (inputs: Record<string, Tensor>): number[] => {
      const tape = single.fprop(inputs);
      const values = list(tape.value('x'));
      tape.release();
      return values;
    };
    const lent = rows([1, 2, 3]);
    const inputs: Record<string, Tensor> = { image: lent };
    expect(seen(inputs)).toEqual([1, 2, 3]);
    lent.set(0, 1, 20);
    expect(seen(inputs)).toEqual([1, 20, 3]);
    inputs.image = rows([4, 5, 6]);
    expect(seen(inputs)).toEqual([4, 5, 6]);
    expect(seen({ x: lent, image: lent })).toEqual([1, 20, 3]);
    inputs.image = rows([1, 2]);
    expect(() => seen(inputs)).toThrow(ShapeError);
    inputs.image = lent;
    expect(seen(inputs)).toEqual([1, 20, 3]);

    // A copy is made of elements that do not lie in order, at each call.
    const backwards = { x: lent.step(1, -1) };
    expect(seen(backwards)).toEqual([3, 20, 1]);
    lent.set(0, 0, 10);
    expect(seen(backwards)).toEqual([3, 20, 10]);
  });

  it('takes minibatches of any size, none at all too', () => {
    for (const size of [1, 5, 0, 2]) {
      const tape = single.fprop({ x: numbers(size, 3) });
      expect(tape.output.shape).toEqual([size, 3]);
      tape.release();
    }
  });

  it('of single examples is that of the minibatch', () => {
    const boxes = { h: box.linear('x', 4), a: box.tanh('h'), top: box.linear('a', 2) };
    const deep = chain(3, boxes);
    const x = numbers(5, 3);
    const together = list(deep.fprop({ x }).output);
    const apart = [0, 1, 2, 3, 4].flatMap((i) => list(deep.fprop({ x: x.lo(i, 0).hi(1, 3) }).output));
    expect(apart).toEqual(together);
  });

  it('refuses an array in place of a tensor, and no inputs at all', () => {
    const model = chain(2, { top: box.tanh('x') });
    const untyped = (inputs: unknown) => () => model.fprop(inputs as Record<string, Tensor>);
    expect(untyped({ x: [1, 2] })).toThrow(
      new OptionError(
        "fprop input 'x': expected a tensor, got an array; make one of it, as tensor(data, shape)",
      ),
    );
    expect(untyped(undefined)).toThrow(
      new OptionError("fprop input 'x': expected a tensor for each of x, got none; give one for 'x'"),
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('refuses a missing input', () => {
    expect(() => model.fprop({ left: rows([1, 2]) })).toThrow(
      new OptionError(
        "fprop input 'right': expected a tensor for each of left, right, got left; give one for 'right'",
      ),
    );
    expect(() => single.fprop({})).toThrow(
      new OptionError("fprop input 'x': expected a tensor for each of x, got none; give one for 'x'"),
    );
  });

  it('does not guess which of several is meant', () => {
    expect(() => single.fprop({ image: rows([1, 2, 3]), picture: rows([4, 5, 6]) })).toThrow(
      new OptionError(
        "fprop input 'x': expected a tensor for each of x, got image, picture; give one for 'x'",
      ),
    );
  });

  it('refuses examples of another shape', () => {
    expect(() => single.fprop({ x: rows([1, 2]) })).toThrow(
      new ShapeError("fprop input 'x': expected shape [batch, 3], got [1, 2]; give it that shape"),
    );
    expect(() => model.fprop({ left: rows([1, 2]), right: rows([1, 2, 3]) })).toThrow(
      new ShapeError("fprop input 'right': expected shape [batch, 2], got [1, 3]; give it that shape"),
    );
  });

  it('refuses a single example without the axis of the minibatch, and takes no memory for it', () => {
    const { arena } = single.kernels;
    const before = arena.used;
    expect(() => single.fprop({ x: tensor([1, 2, 3]) })).toThrow(
      new ShapeError("fprop input 'x': expected shape [batch, 3], got [3]; give it that shape"),
    );
    expect(() => single.fprop({ x: tensor([1], []) })).toThrow(
      new ShapeError("fprop input 'x': expected shape [batch, 3], got []; give it that shape"),
    );
    expect(arena.used).toBe(before);
  });

  it('refuses inputs of different lengths', () => {
    expect(() => model.fprop({ left: rows([1, 2], [3, 4]), right: rows([1, 2]) })).toThrow(
      new ShapeError(
        "fprop input 'right': expected 2 examples as elsewhere in the minibatch, got 1; give as many",
      ),
    );
  });

  it('leaves no pass in flight after a refusal', () => {
    expect(() => model.fprop({ left: rows([1, 2]) })).toThrow(OptionError);
    expect(() => model.fprop({ left: rows([1, 2]), right: rows([1]) })).toThrow(ShapeError);
    expect(model.passesInFlight).toBe(0);
  });
});

describe('FlowGraph.assign', () => {
  it('overwrites the values, and counts as an update', () => {
    const model = chain(2, { top: box.scale('x', [1, 2]) });
    const [factor] = model.parameters;
    const before = model.version;
    model.assign(factor as never, [3, 4]);
    expect(list(model.fprop({ x: rows([1, 1]) }).output)).toEqual([3, 4]);
    expect(model.version).toBe(before + 1);
  });

  it.each([[[1]], [[1, 2, 3]], [[]]])('refuses %j for two values, and leaves them as they are', (values) => {
    const model = chain(2, { top: box.scale('x', [1, 2]) });
    const [factor] = model.parameters;
    expect(() => model.assign(factor as never, values)).toThrow(
      new ShapeError(`assign 'top.factor': expected 2 values, got ${values.length}; give as many as it has`),
    );
    expect(list(model.fprop({ x: rows([1, 1]) }).output)).toEqual([1, 2]);
    expect(model.version).toBe(0);
  });
});

describe('FlowGraph.assign of numbers that no model computes with', () => {
  const scaled = (dtype: DType): FlowGraph =>
    new FlowGraph(
      { inputs: { x: [2] }, boxes: { top: box.scale('x', [1, 2]) }, outputs: ['top'] },
      { definitions, dtype },
    );

  it.each([1e39, Number.NaN, Number.NEGATIVE_INFINITY])(
    'refuses %s in float32, and keeps what it has',
    (value) => {
      const model = scaled('float32');
      const [factor] = model.parameters;
      expect(() => model.assign(factor as never, [3, value])).toThrow(
        new DataError(
          `assign 'top.factor'[1]: expected a finite number of the model's float32, got ${value}; take the values from a model that has not diverged`,
        ),
      );
      expect(list(factor?.value as never)).toEqual([1, 2]);
    },
  );

  it('takes a large number in float64', () => {
    const model = scaled('float64');
    model.assign(model.parameters[0] as never, [1e39, 1]);
    expect(list(model.parameters[0]?.value as never)).toEqual([1e39, 1]);
  });
});

describe('FlowGraph.freeze', () => {
  it('freezes the parameters of a box and lets them learn again', () => {
    const model = build(twoLayers);
    const frozen = (): boolean[] => model.parameters.map((parameter) => parameter.frozen);
    model.freeze('hidden');
    expect(frozen()).toEqual([true, false]);
    model.freeze('top');
    model.freeze('hidden', false);
    expect(frozen()).toEqual([false, true]);
  });

  it('changes nothing, and no memory, where nothing changes', () => {
    const model = build(twoLayers);
    model.freeze('hidden');
    const pass = () => model.fprop({ x: numbers(1, 3) }).release();
    pass();
    const { version, kernels } = model;
    const before = kernels.arena.used;
    for (let i = 0; i < 10; i++) {
      model.freeze('hidden');
      model.freeze('top', false);
      pass();
    }
    expect(model.version).toBe(version);
    expect(kernels.arena.used).toBe(before);
  });

  it('takes no memory however often it changes what learns', () => {
    const model = build(twoLayers);
    const target = objective(model, squared);
    const pass = () => {
      const tape = model.fprop({ x: numbers(1, 3) });
      tape.bprop(target, { t: rows([0, 0]) });
      tape.release();
    };
    pass();
    const { used } = model.kernels.arena;
    for (let i = 0; i < 10; i++) {
      model.freeze('hidden', i % 2 === 0);
      model.freeze('top', i % 3 === 0);
      pass();
    }
    expect(model.kernels.arena.used).toBe(used);
  });

  it('leaves the parameters that learn in one array until they change', () => {
    const model = build(twoLayers);
    expect(model.learning).toEqual(model.parameters);
    model.freeze('hidden');
    const { learning } = model;
    expect(learning.map(({ name }) => name)).toEqual(['top.weight']);
    model.freeze('hidden');
    expect(model.learning).toBe(learning);
  });

  it('refuses a box without parameters, and one that is not there', () => {
    const model = build(twoLayers);
    expect(() => model.freeze('active')).toThrow(
      new OptionError("freeze: expected a box with parameters, 'active' has none; name another box"),
    );
    expect(() => model.freeze('linear1')).toThrow(
      new OptionError("graph box: expected one of hidden, active, top, got 'linear1'; name one of these"),
    );
  });

  it('ends the passes in flight: their bprop is refused', () => {
    const model = build(twoLayers);
    const target = objective(model, squared);
    const tape = model.fprop({ x: numbers(1, 3) });
    model.freeze('hidden');
    expect(() => tape.bprop(target, { t: rows([0, 0]) })).toThrow(StateError);
    tape.release();
    expect(model.passesInFlight).toBe(0);
  });

  it('has values of parameters and states, not of their names', () => {
    const model = build(twoLayers);
    expect(() => model.valueOf('top.weight' as never)).toThrow(
      new OptionError(
        "valueOf: expected a parameter or a state, got 'top.weight'; give one of model.parameters or model.states",
      ),
    );
  });
});
