import { objective } from '@fluxion/graph';
import { boxes, graph } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import {
  type DType,
  elements,
  type Labels,
  labels,
  ShapeError,
  sizeOf,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxCases, definitionOf } from './boxCases.js';
import { randomExamples, surround, writtenGradients } from './surround.js';

const loss = squaredError();
/** Examples of the same kind as others, of these numbers. */
function like(whole: Tensor | Labels, numbers: readonly number[]): Tensor | Labels {
  const [, ...shape] = whole.shape;
  const all = [shape.includes(0) ? 0 : numbers.length / sizeOf(shape), ...shape];
  return whole.data instanceof Int32Array ? labels(numbers, all) : tensor(numbers, all);
}

const dtypes: readonly DType[] = ['float32', 'float64'];

it('there is a case for every box of the registry', () => {
  expect(Object.keys(boxCases).toSorted()).toEqual(Object.keys(boxes).toSorted());
  for (const [kind, { box }] of Object.entries(boxCases)) expect(box.kind).toBe(kind);
});

describe.each(Object.entries(boxCases))(
  '%s',
  (kind, { box, uses, indices, hasModes, outputShape, refused }) => {
    const isMixing = definitionOf(box).mixesExamples?.(box) ?? false;

    describe.each(uses.map((shapes) => ({ shapes })))('on children $shapes', ({ shapes }) => {
      it('has the documented shape', () => {
        const model = surround(box, shapes, { indices });
        expect(model.box('box').shape).toEqual(outputShape(shapes));
        const tape = model.fprop(randomExamples(model, 2).inputs);
        expect(tape.value('box').shape).toEqual([2, ...outputShape(shapes)]);
      });

      it('is the same model again when it is built from its JSON', () => {
        const model = surround(box, shapes, { indices, seed: 5 });
        const json = JSON.parse(JSON.stringify(model.description));
        expect(json).toEqual(model.description);
        const again = graph(json, { seed: 5, definitions: model.definitions });
        const values = ({ parameters }: typeof model) =>
          parameters.map(({ name, value }) => [name, [...elements(value)]]);
        expect(values(again)).toEqual(values(model));
        const { inputs } = randomExamples(model, 2);
        expect([...elements(again.fprop(inputs).output)]).toEqual([...elements(model.fprop(inputs).output)]);
      });

      it.each(dtypes)('predicts each example of a batch by itself, in %s', (dtype) => {
        const model = surround(box, shapes, { indices, dtype });
        const { inputs } = randomExamples(model, 5);
        const rows = (whole: Tensor | Labels): number[][] =>
          Array.from({ length: whole.shape[0] }, (_, row) => [...elements(whole.pick(row))]);
        const inOrder = rows(model.fprop(inputs).output);
        fc.assert(
          fc.property(fc.shuffledSubarray([...inOrder.keys()], { minLength: 1 }), (order) => {
            const picked = Object.entries(inputs).map(([name, whole]) => [
              name,
              like(
                whole,
                order.flatMap((row) => rows(whole)[row]),
              ),
            ]);
            const tape = model.fprop(Object.fromEntries(picked));
            expect(rows(tape.output)).toEqual(order.map((row) => inOrder[row]));
            tape.release();
          }),
          { numRuns: 20 },
        );
      });

      it.each(hasModes && !isMixing ? dtypes : [])(
        'takes in train each example by itself, by its number, in %s',
        (dtype) => {
          const model = surround(box, shapes, { indices, dtype });
          const { inputs } = randomExamples(model, 5);
          const first = 2 ** 33 + 7;
          const output = (batch: typeof inputs, example: number): number[] => {
            const tape = model.fprop(batch, { mode: 'train', example });
            const values = [...elements(tape.output)];
            tape.release();
            return values;
          };
          const together = output(inputs, first);
          const apart = [0, 1, 2, 3, 4].flatMap((row) => {
            const one = Object.entries(inputs).map(([name, whole]) => [
              name,
              like(whole, [...elements(whole.pick(row))]),
            ]);
            return output(Object.fromEntries(one), first + row);
          });
          expect(apart).toEqual(together);
          expect(output(inputs, first + 100)).not.toEqual(together);
        },
      );

      it.each(isMixing ? dtypes : [])(
        'mixes in train the examples of a batch, as it says, in %s',
        (dtype) => {
          const model = surround(box, shapes, { indices, dtype });
          const { inputs } = randomExamples(model, 5);
          const firstOf = (batch: typeof inputs): number[] => {
            const tape = model.fprop(batch, { mode: 'train' });
            const values = [...elements(tape.output.pick(0, null))];
            tape.release();
            return values;
          };
          const others = randomExamples(model, 5, 2).inputs;
          const mixed = Object.entries(inputs).map(([name, whole]) => {
            const size = whole.size / 5;
            const rest = [...elements(others[name])].slice(size);
            return [name, like(whole, [...[...elements(whole)].slice(0, size), ...rest])];
          });
          expect(firstOf(Object.fromEntries(mixed))).not.toEqual(firstOf(inputs));
        },
      );

      it.each(dtypes)(
        'adds to a gradient of a child that is begun, and overwrites one that is not, in %s',
        (dtype) => {
          const model = surround(box, shapes, { indices, dtype });
          const { arena } = model.kernels;
          const cells = model.fprop(randomExamples(model, 3).inputs).cellsOf(model.box('box'));
          const dOutput = arena.tensor(cells.output.shape);
          elements(dOutput).set(elements(dOutput).map((_, i) => i + 1));
          const dInputs = (before: number, beta: 0 | 1): number[][] => {
            const sinks = cells.inputs.map((input) => input && { tensor: arena.tensor(input.shape), beta });
            for (const sink of sinks) if (sink) elements(sink.tensor).fill(before);
            const bound = { ...cells, dOutput, dInputs: sinks, gradients: {} };
            for (const run of definitionOf(box).bprop(bound)) run?.();
            return sinks.map((sink) => (sink ? [...elements(sink.tensor)] : []));
          };
          const alone = dInputs(Number.NaN, 0);
          expect(alone.flat().every(Number.isFinite)).toBe(true);
          dInputs(64, 1).forEach((added, child) => {
            added.forEach((value, i) => {
              expect(value).toBeCloseTo(64 + alone[child][i], dtype === 'float64' ? 12 : 4);
            });
          });
        },
      );

      it('leaves the same gradients, bit for bit, when a tape is used again', () => {
        const model = surround(box, shapes, { indices });
        const target = objective(model, loss);
        const { inputs, targets } = randomExamples(model, 3);
        const [first, ...later] = [1, 2, 3].map(() => {
          const tape = model.fprop(inputs);
          const gradients = writtenGradients(model, tape.bprop(target, targets).gradients);
          tape.release();
          return gradients;
        });
        expect(later).toEqual([first, first]);
      });

      it('has in float32, on the kernels that train, the gradients of float64', () => {
        const [single, double] = dtypes.map((dtype) => {
          const model = surround(box, shapes, { indices, dtype });
          const { inputs, targets } = randomExamples(model, 3);
          return writtenGradients(
            model,
            model.fprop(inputs).bprop(objective(model, loss), targets).gradients,
          );
        });
        for (const [name, expected] of Object.entries(double)) {
          const largest = Math.max(...expected.map(Math.abs));
          expected.forEach((value, i) => {
            expect(Math.abs(single[name][i] - value), name).toBeLessThan(1e-5 * Math.max(largest, 1e-3));
          });
        }
      });

      it('makes of a batch without examples no output, and gradients of 0', () => {
        const model = surround(box, shapes, { indices });
        const { inputs, targets } = randomExamples(model, 0);
        const tape = model.fprop(inputs);
        expect(tape.value('box').shape).toEqual([0, ...outputShape(shapes)]);
        const gradients = writtenGradients(model, tape.bprop(objective(model, loss), targets).gradients);
        expect(Object.values(gradients).flat()).toSatisfy((all: number[]) =>
          all.every((value) => value === 0),
        );
      });
    });

    it.each(refused.map((shapes) => ({ shapes })))(
      'refuses children $shapes, and says what would fit',
      ({ shapes }) => {
        const build = () => surround(box, shapes, { indices });
        expect(build).toThrow(ShapeError);
        const where = `${kind} 'box' (input|child \\d)`;
        expect(build).toThrow(new RegExp(`^${where}: expected shape \\[.*\\], got \\[[\\d, ]*\\]; .+`));
      },
    );

    it('refuses an input of another shape, and says which', () => {
      const model = surround(box, uses[0], { indices });
      const { inputs } = randomExamples(model, 1);
      const [length] = model.inputs.input1;
      expect(() => model.fprop({ ...inputs, input1: tensor([0, 1, 2, 3], [1, 4]) })).toThrow(
        new ShapeError(
          `fprop input 'input1': expected shape [batch, ${length}], got [1, 4]; give it that shape`,
        ),
      );
    });
  },
);
