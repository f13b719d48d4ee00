import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { saveModel } from '@fluxion/checkpoint';
import { linear, sequential, tanh } from '@fluxion/layers';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder, picturesFile, pointsFile } from './files.js';
import { events, fluxion } from './fluxion.js';

const folder = enterNewFolder();

beforeAll(async () => {
  const rows = Array.from({ length: 300 }, (_, i) => {
    const age = 20 + ((7 * i) % 41);
    return `${i % 9 === 0 ? '' : age},${['Paris', 'Oslo', 'Rome'][i % 3]},${age > 40 ? '>50K' : '<=50K'}`;
  });
  writeFileSync('people.csv', ['age,city,income', ...rows, ''].join('\n'));
  pointsFile(folder, 'points.arrow', 200);
  await fluxion('train', 'people.csv', '--target', 'income', '--out', 'income', '--epochs', '5', '--quiet');
});

describe('fluxion export', () => {
  it('says what the file takes and gives, and ONNX Runtime runs it on raw columns', async () => {
    const { code, out, err } = await fluxion('export', '--model', 'income', 'income.onnx');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^input +age +float64 +\[batch, 1\] +a number; NaN for a gap$/m);
    expect(out).toMatch(/^input +city +string +\[batch, 1\] +a word; empty for a gap$/m);
    expect(out).toMatch(/^output +income +string +\[batch\] +the likeliest class$/m);
    expect(out).toMatch(/^output +income\.probabilities +float32 +\[batch, 2\] +of <=50K, >50K$/m);
    const session = await InferenceSession.create(readFileSync('income.onnx'));
    const { income } = await session.run({
      age: new Tensor('float64', Float64Array.of(22, 58), [2, 1]),
      city: new Tensor('string', ['Paris', 'Oslo'], [2, 1]),
    });
    expect(income.data).toEqual(['<=50K', '>50K']);
  });

  it('prints an object as JSON', async () => {
    const [summary] = events(await fluxion('export', '--model', 'income', 'again.onnx', '--json'));
    expect(summary).toMatchObject({
      event: 'summary',
      out: 'again.onnx',
      inputs: [{ name: 'age' }, { name: 'city' }],
      outputs: [{ name: 'income' }, { name: 'income.probabilities' }],
      before: [],
    });
  });

  it('tells which columns a model without an encoder takes, and which classes it knows', async () => {
    const network = ['--input', 'x', '--input', 'y', '--epochs', '1', '--quiet'];
    await fluxion('train', 'points.arrow', '--target', 'kind', '--out', 'points', ...network);
    const { code, out } = await fluxion('export', '--model', 'points', 'points.onnx');
    expect(code).toBe(0);
    expect(out).toContain('points.onnx: ');
  });

  it('tells which range the bytes of a picture are to be brought to', async () => {
    picturesFile(folder, 'pictures.arrow', 50);
    const options = ['--target', 'label', '--epochs', '1', '--quiet', '--out', 'pictures'];
    await fluxion('train', 'pictures.arrow', ...options);
    const { out } = await fluxion('export', '--model', 'pictures', 'pictures.onnx');
    expect(out).toContain(
      "To be done before: 'picture' is picture, each byte divided by 255, so from 0 to 1.",
    );
  });

  it.each([
    [['--model', 'income', 'income.txt'], 2, "expected a file that ends in .onnx, got 'income.txt'"],
    [['--model', 'nothing', 'income.onnx'], 2, 'nothing'],
  ])('refuses %j', async (args, code, text) => {
    const ran = await fluxion('export', ...args);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(text);
  });
});

describe('fluxion import', () => {
  it('makes a saved model of a file, which trains on', async () => {
    await saveModel('first', sequential([linear(4), tanh(), linear(3)], { inputShape: [2], seed: 1 }));
    expect((await fluxion('export', '--model', 'first', 'first.onnx', '--quiet')).out).toBe('');
    const ran = await fluxion('import', 'first.onnx', '--out', 'second');
    expect(ran).toEqual({
      code: 0,
      err: '',
      out: 'second: input [2] → linear2 [3], 3 boxes, 27 parameters\n',
    });
    const columns = ['--target', 'id', '--input', 'x', 'y', '--epochs', '2', '--out', 'third', '--json'];
    const trained = await fluxion('train', 'points.arrow', '--model', 'second', ...columns);
    expect(trained).toMatchObject({ code: 0, err: '' });
    const [summary] = events(await fluxion('import', 'first.onnx', '--out', 'fourth', '--json'));
    expect(summary).toMatchObject({ inputs: { input: [2] }, outputs: { linear2: [3] }, parameters: 27 });
  });

  it('takes lengths that a file leaves open', async () => {
    const file = fileURLToPath(
      new URL('../../../packages/onnx/test/pytorch/openLength.onnx', import.meta.url),
    );
    const asked = await fluxion('import', file, '--out', 'words');
    expect(asked.code).toBe(1);
    expect(asked.err).toContain('by --input-shape x=?');
    const ran = await fluxion('import', file, '--input-shape', 'x=5', '--out', 'words');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('words: x [5] → y [2]');
    const wrong = await fluxion('import', file, '--input-shape', 'x:5', '--out', 'words');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain('--input-shape: expected a name and lengths, as image=3,64,64, got "x:5"');
  });

  it('refuses what is no ONNX, and keeps the folder as it was', async () => {
    writeFileSync('broken.onnx', 'hello');
    const { code, err } = await fluxion('import', 'broken.onnx', '--out', 'income');
    expect(code).toBe(1);
    expect(err).toContain('broken.onnx: expected');
    expect((await fluxion('inspect', '--model', 'income')).code).toBe(0);
  });
});
