import { readFileSync } from 'node:fs';
import {
  type BackwardCells,
  type BoxDescription,
  GradientSink,
  type InputDescription,
  type Mode,
} from '@fluxion/graph';
import { apply, boxes, graph } from '@fluxion/layers';
import { type DType, elements, labels, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { expectClose } from './expectClose.js';

interface Case {
  readonly title: string;
  readonly box: BoxDescription;
  readonly mode: Mode;
  readonly children: readonly {
    readonly shape: readonly number[];
    readonly values: readonly number[];
    readonly indices?: number;
  }[];
  readonly masks: readonly (readonly number[] | null)[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly states: Readonly<Record<string, readonly number[]>>;
  readonly dOutput: readonly number[];
  readonly expected: {
    readonly shape: readonly number[];
    readonly output: readonly number[];
    readonly dInputs: readonly (readonly number[] | null)[];
    readonly gradients: Readonly<Record<string, readonly number[]>>;
    readonly states: Readonly<Record<string, readonly number[]>>;
  };
}

/** What PyTorch computed in float64: see tools/fixtures/boxes.py. */
const cases = ['boxes.json', 'sequences.json'].flatMap((file): readonly Case[] => {
  return JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')).cases;
});

const tolerances: Readonly<Record<DType, number>> = { float64: 1e-12, float32: 1e-5 };

describe.each(['float64', 'float32'] as const)('PyTorch agrees in %s', (dtype) => {
  const tolerance = tolerances[dtype];

  it.each(cases)('on output, gradients and states of $title', (given) => {
    const { box, children, masks, expected } = given;
    const described = children.map(({ shape, indices }, i): InputDescription => {
      const rest = shape.slice(1);
      if (indices !== undefined) return { shape: rest, indices };
      return masks[i] === null ? rest : { shape: rest, masked: true };
    });
    const names = children.map((_, i) => `child${i}`);
    const model = graph(
      {
        inputs: Object.fromEntries(described.map((input, i) => [names[i], input])),
        boxes: { box: apply(box, ...names) },
        outputs: ['box'],
      },
      { dtype },
    );
    const numbers = { ...given.parameters, ...given.states };
    for (const each of [...model.parameters, ...model.states]) {
      model.assign(each, numbers[each.name.replace('box.', '')]);
    }
    const inputs = children.flatMap(({ shape, values, indices }, i) => {
      const mask = masks[i];
      const value = indices === undefined ? tensor(values, shape) : labels(values, shape);
      return [
        [names[i], value] as const,
        ...(mask === null ? [] : [[`${names[i]}.mask`, tensor(mask, shape.slice(0, 2))] as const]),
      ];
    });
    const tape = model.fprop(Object.fromEntries(inputs), { mode: given.mode });
    expect(tape.output.shape).toEqual(expected.shape);
    expectClose(elements(tape.output), expected.output, tolerance, 'output');
    for (const [name, state] of model.box('box').states) {
      expectClose(elements(state.value), expected.states[name], tolerance, name);
    }

    const { arena } = model.kernels;
    const forward = tape.cellsOf(model.box('box'));
    const dOutput = arena.tensor(expected.shape);
    elements(dOutput).set(given.dOutput);
    const sinks = [...model.box('box').parameters].map(([name, { value }]) => {
      const sink = new GradientSink(name, value.shape, () => arena.tensor(value.shape));
      return { name, value, sink };
    });
    const cells: BackwardCells = {
      ...forward,
      dOutput,
      dInputs: forward.inputs.map((input) => input && { tensor: arena.tensor(input.shape), beta: 0 }),
      gradients: Object.fromEntries(sinks.map(({ name, sink }) => [name, sink])),
    };
    for (const run of boxes[box.kind].bprop(cells)) run?.();
    for (const [i, dInput] of expected.dInputs.entries()) {
      const sink = cells.dInputs[i];
      if (dInput !== null && sink) expectClose(elements(sink.tensor), dInput, tolerance, `dInput ${i}`);
    }
    for (const { name, value, sink } of sinks) {
      const written = arena.tensor(value.shape);
      const none = { l1: 0, l2: 0 };
      model.kernels.writeGradient(value, sink.gradient, none, { tensor: written, beta: 0 })();
      expectClose(elements(written), expected.gradients[name], tolerance, `gradient of ${name}`);
    }
    tape.release();
  });
});
