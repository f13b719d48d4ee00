import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inputOptions } from '@fluxion/graph';
import { elements, labels, tensor } from '@fluxion/tensor';
import { expect, it } from 'vitest';
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
    const model = await importOnnx(fileURLToPath(new URL(`${name}.onnx`, folder)));
    const isIndex = inputOptions(model.description.inputs.x).indices !== undefined;
    const { output } = model.fprop({ x: isIndex ? labels(x.values, x.shape) : tensor(x.values, x.shape) });
    expect(model.outputs).toEqual(['y']);
    expect(output.shape).toEqual(y.shape);
    const found = elements(output);
    y.values.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 5));
  },
);
