import { OptionError, tensor } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runBox } from '../../test/runBox.js';
import { sequential } from '../sequential.js';
import {
  type Activation,
  type ActivationFactory,
  type ActivationKind,
  activationBoxes,
} from './activation.js';
import * as factories from './activations.js';

const { clip, elu, leakyRelu } = factories;
const all = Object.entries(factories) as [ActivationKind, ActivationFactory<ActivationKind>][];
const increasing: readonly ActivationKind[] = [
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'softplus',
  'hardSigmoid',
  'clip',
];

function ofBox(box: Activation, inputs: readonly number[]): { values: number[]; derivatives: number[] } {
  const { output, dInputs } = runBox(activationBoxes[box.kind], box, [
    tensor([...inputs], [1, inputs.length]),
  ]);
  return { values: output, derivatives: dInputs[0] };
}

function values(kind: ActivationKind, inputs: readonly number[]): number[] {
  return runBox(activationBoxes[kind], { kind }, [tensor([...inputs], [1, inputs.length])]).output;
}

/** g′ at each input. */
function derivatives(kind: ActivationKind, inputs: readonly number[]): number[] {
  return runBox(activationBoxes[kind], { kind }, [tensor([...inputs], [1, inputs.length])]).dInputs[0];
}

describe.each(all)('%s', (kind, factory) => {
  it('describes itself as plain data', () => {
    expect(factory()).toEqual({ kind });
    expect(JSON.parse(JSON.stringify(factory({ name: 'active' })))).toEqual({
      kind,
      name: 'active',
    });
  });

  it('keeps the shape of the example, whatever it is', () => {
    const definition = activationBoxes[kind];
    for (const shape of [[], [1], [5], [28, 28], [3, 2, 4]]) {
      expect(definition.outputShape({ kind }, [shape], `${kind} 'box'`)).toEqual(shape);
    }
  });

  it('multiplies dOutput by the derivative', () => {
    const inputs = [0.1, 0.2, 0.3, 2];
    const scaled = runBox(activationBoxes[kind], { kind }, [tensor(inputs, [1, 4])], {
      dOutput: [2, -3, 0.5, 0],
    });
    const unit = derivatives(kind, inputs);
    expect(scaled.dInputs[0]).toEqual([2, -3, 0.5, 0].map((d, i) => 0 + d * unit[i]));
  });

  it('makes an empty batch of an empty batch', () => {
    expect(runBox(activationBoxes[kind], { kind }, [tensor([], [0, 3])])).toEqual({
      shape: [3],
      output: [],
      dInputs: [[]],
      gradients: {},
      states: {},
    });
  });

  it('keeps NaN', () => {
    expect(values(kind, [Number.NaN])).toEqual([Number.NaN]);
  });

  it('reads a strided view as the matrix that it shows', () => {
    const across = tensor([2, 1, 3, 0.5, 0.25, 4], [3, 2]);
    const down = across.transpose(1, 0);
    const copied = tensor([2, 3, 0.25, 1, 0.5, 4], [2, 3]);
    const dOutput = [1, 2, 3, 4, 5, 6];
    expect(runBox(activationBoxes[kind], { kind }, [down], { dOutput })).toEqual(
      runBox(activationBoxes[kind], { kind }, [copied], { dOutput }),
    );
  });
});

describe.each(increasing)('%s', (kind) => {
  it('never decreases', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        const [low, high] = values(kind, [Math.min(a, b), Math.max(a, b)]) as [number, number];
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  it('is finite at ±1e8, and so is its derivative', () => {
    for (const number of [...values(kind, [-1e8, 1e8]), ...derivatives(kind, [-1e8, 1e8])]) {
      expect(number).toSatisfy(Number.isFinite);
    }
  });
});

describe('the numbers that shape a function', () => {
  it('reach its value and its derivative', () => {
    expect(ofBox(leakyRelu({ slope: 0.25 }), [-2, 3])).toEqual({ values: [-0.5, 3], derivatives: [0.25, 1] });
    expect(ofBox(elu({ alpha: 2 }), [Math.log(0.5), 1])).toEqual({ values: [-1, 1], derivatives: [1, 1] });
    expect(ofBox(clip({ min: -1, max: 2 }), [-3, -1, 0.5, 2, 4])).toEqual({
      values: [-1, -1, 0.5, 2, 2],
      derivatives: [0, 1, 1, 1, 0],
    });
  });

  it('are refused where they cannot be', () => {
    expect(() => elu({ alpha: 0 })).toThrow(
      new OptionError('elu alpha: expected a positive number, got 0; give one, as 1'),
    );
    expect(() => leakyRelu({ slope: Number.NaN })).toThrow(OptionError);
    expect(() => clip({ min: 2 })).toThrow(
      new OptionError('clip max: expected a number from min, 2, on, got 1; give such a number'),
    );
    expect(() => clip({ max: Number.POSITIVE_INFINITY })).toThrow(
      new OptionError('clip max: expected a finite number, got Infinity; give one, as 1e30'),
    );
  });

  it('are refused in a description that came from elsewhere, with the name of the box', () => {
    const given = JSON.parse('{ "kind": "elu", "alpha": -1 }');
    expect(() => sequential([given], { inputShape: [2] })).toThrow(
      new OptionError("elu 'elu1' alpha: expected a positive number, got -1; give one, as 1"),
    );
  });
});

describe('sigmoid', () => {
  it('has the values of 1 / (1 + e⁻ˣ)', () => {
    expect(values('sigmoid', [0])).toEqual([0.5]);
    const [atLog3, atMinusLog3] = values('sigmoid', [Math.log(3), -Math.log(3)]) as [number, number];
    expect(atLog3).toBeCloseTo(0.75, 15);
    expect(atMinusLog3).toBeCloseTo(0.25, 15);
  });

  it('has the derivative σ(1 − σ)', () => {
    expect(derivatives('sigmoid', [0])).toEqual([0.25]);
    expect(derivatives('sigmoid', [Math.log(3)])[0]).toBeCloseTo(0.1875, 15);
  });

  it('saturates at 0 and 1 where it cannot be told from them', () => {
    expect(values('sigmoid', [-1e8, 1e8])).toEqual([0, 1]);
    expect(derivatives('sigmoid', [-1e8, 1e8])).toEqual([0, 0]);
  });

  it('keeps small probabilities: σ(−700) = e⁻⁷⁰⁰', () => {
    expect(values('sigmoid', [-700])[0]).toBe(Math.exp(-700));
  });

  it('has σ(−x) = 1 − σ(x)', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        const [left, right] = values('sigmoid', [-x, x]) as [number, number];
        expect(left + right).toBeCloseTo(1, 15);
      }),
    );
  });
});

describe('tanh', () => {
  it('has the values of (e²ˣ − 1) / (e²ˣ + 1)', () => {
    expect(values('tanh', [0])).toEqual([0]);
    expect(values('tanh', [Math.log(2)])[0]).toBeCloseTo(0.6, 15);
  });

  it('has the derivative 1 − tanh²', () => {
    expect(derivatives('tanh', [0])).toEqual([1]);
    expect(derivatives('tanh', [Math.log(2)])[0]).toBeCloseTo(0.64, 15);
  });

  it('saturates at −1 and 1', () => {
    expect(values('tanh', [-1e8, 1e8])).toEqual([-1, 1]);
    expect(derivatives('tanh', [-1e8, 1e8])).toEqual([0, 0]);
  });

  it('is odd', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (x) => {
        const [left, right] = values('tanh', [-x, x]) as [number, number];
        expect(left).toBe(-right);
      }),
    );
  });

  it('is 2σ(2x) − 1', () => {
    const inputs = [-3, -0.7, 0.1, 2];
    const doubled = values(
      'sigmoid',
      inputs.map((x) => 2 * x),
    );
    values('tanh', inputs).forEach((y, i) => {
      expect(y).toBeCloseTo(2 * doubled[i] - 1, 14);
    });
  });
});

describe('relu', () => {
  it('lets positive numbers pass and makes 0 of the others', () => {
    expect(values('relu', [-1e8, -2, -Number.MIN_VALUE, 0, Number.MIN_VALUE, 3, 1e8])).toEqual([
      0,
      0,
      0,
      0,
      Number.MIN_VALUE,
      3,
      1e8,
    ]);
  });

  it('has the derivative 1 above 0 and 0 below', () => {
    expect(derivatives('relu', [-1e8, -1, 1, 1e8])).toEqual([0, 0, 1, 1]);
  });

  it('has the derivative 0 at its kink', () => {
    expect(derivatives('relu', [0, -0])).toEqual([0, 0]);
  });
});
