import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inputOptions } from '@fluxion/graph';
import { CheckpointError, elements, labels, OptionError, tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { importOnnx } from './importOnnx.js';

interface Numbers {
  readonly shape: number[];
  readonly values: number[];
}

const folder = new URL('../../test/pytorch/', import.meta.url);
const { cases } = JSON.parse(readFileSync(new URL('values.json', folder), 'utf8')) as {
  readonly cases: Readonly<Record<string, { readonly x: Numbers; readonly y: Numbers }>>;
};

it.each(Object.entries(cases))(
  'what PyTorch exports of %s predicts what PyTorch does',
  async (name, { x, y }) => {
    const inputShapes = { x: x.shape.slice(1) };
    const model = await importOnnx(fileURLToPath(new URL(`${name}.onnx`, folder)), { inputShapes });
    const isIndex = inputOptions(model.description.inputs.x).indices !== undefined;
    const { output } = model.fprop({ x: isIndex ? labels(x.values, x.shape) : tensor(x.values, x.shape) });
    expect(model.outputs).toEqual(['y']);
    expect(output.shape).toEqual(y.shape);
    const found = elements(output);
    y.values.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
  },
);

describe('a length that a file leaves open', () => {
  const path = fileURLToPath(new URL('openLength.onnx', folder));

  it('is asked for', () =>
    expect(importOnnx(path)).rejects.toThrow(
      new CheckpointError(
        `${path}: expected what boxes can express, got the input 'x' (expected the lengths of an example, got [?]; give them by inputShapes, or to the command by --input-shape x=?)`,
      ),
    ));

  it.each([
    [{ y: [5] }, "inputShapes: expected inputs of the file, got 'y'; its inputs are 'x'"],
    [{ x: [5, 1] }, "inputShapes: expected [?] for 'x', got [5,1]"],
    [{ x: [0] }, "inputShapes: expected [?] for 'x', got [0]"],
  ])('is not %j', async (inputShapes, text) => {
    const refusal = importOnnx(path, { inputShapes });
    await expect(refusal).rejects.toThrow(OptionError);
    await expect(refusal).rejects.toThrow(text);
  });
});
