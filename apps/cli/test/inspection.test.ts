import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder, kinds, pointsFile } from './files.js';
import { type Event, events, fluxion } from './fluxion.js';

const folder = enterNewFolder();
const parameters = ['linear1', 'linear2', 'linear3'].flatMap((box) => [`${box}.weight`, `${box}.bias`]);

beforeAll(async () => {
  pointsFile(folder, 'points.arrow', 100);
  const options = ['--input', 'x', 'y', '--target', 'kind', '--hidden', '1000', '--activation', 'relu'];
  const ran = await fluxion(
    'train',
    'points.arrow',
    ...options,
    '--epochs',
    '0',
    '--quiet',
    '--out',
    'large',
  );
  expect(ran).toEqual({ code: 0, out: '', err: '' });
  const description = {
    inputs: { left: [2], right: [2] },
    boxes: {
      sum: { kind: 'add', children: ['left', 'right'] },
      hidden: { kind: 'linear', units: 3, children: ['sum'], frozen: true },
      active: { kind: 'relu', children: ['hidden'] },
      answer: { kind: 'linear', units: 2, children: ['active'] },
    },
    outputs: ['answer'],
  };
  writeFileSync(join(folder, 'graph.json'), JSON.stringify(description));
});

describe('fluxion check-gradients', () => {
  it("checks the course's network: a line for each parameter, and the worst", async () => {
    const { code, out, err } = await fluxion('check-gradients');
    expect([code, err]).toEqual([0, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toBe('parameter       largest relative error  mean absolute error');
    expect(lines.slice(1, -2).map((line) => line.split(' ')[0])).toEqual(parameters);
    for (const line of lines.slice(1, -2)) expect(line).toMatch(/^\S+ +\d\.\d\de-\d+ +\d\.\d\de-\d+ {2}ok$/);
    expect(lines.at(-2)).toMatch(/^largest relative error \d\.\d\de-\d+, at most 1e-7 is ok$/);
    expect(lines.at(-1)).toBe('checked 127 of 127 elements');
  });

  it('checks as much of a large model as takes seconds, and says so', async () => {
    const options = ['--inputs', '200', '--hidden', '50', '--json'];
    const found = events(await fluxion('check-gradients', ...options));
    expect(found.map(({ name, elements, checked }) => [name, elements, checked])).toEqual([
      ['linear1.weight', 10_000, 3717],
      ['linear1.bias', 50, 50],
      ['linear2.weight', 150, 150],
      ['linear2.bias', 3, 3],
      [undefined, 10_203, 3920],
    ]);
  });

  it('checks as many elements of each parameter as it is told', async () => {
    const { code, out } = await fluxion('check-gradients', '--model', 'large', '--samples', '5');
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      'checked 18 of 6,003 elements; --samples all checks every one',
    ]);
    const options = ['--inputs', '3', '--hidden', 'none', '--json'];
    const all = events(await fluxion('check-gradients', ...options, '--samples', 'all'));
    expect(all.at(-1)).toMatchObject({ elements: 12, checked: 12 });
    expect((await fluxion('check-gradients', '--samples', 'none')).err).toContain(
      "--samples <count>: expected a positive integer, got 'none'",
    );
  });

  it.each([
    [['--activation', 'sigmoid', '--l1', '0.01', '--l2', '0.01']],
    [['--activation', 'relu', '--inputs', '8', '--hidden', '4,5', '--classes', '2', '--seed', '5']],
    [['--loss', 'negativeLogLikelihood', '--hidden', '3,2']],
    [['--loss', 'binaryCrossEntropy', '--epsilon', '1e-5']],
  ])('agrees to 1e-7, as JSON: %j', async (options) => {
    const ran = await fluxion('check-gradients', ...options, '--json');
    expect([ran.code, ran.err]).toEqual([0, '']);
    const found = events(ran);
    expect(found.slice(0, -1)).toEqual(
      parameters.map((name) => ({
        event: 'parameter',
        name,
        elements: expect.any(Number),
        checked: expect.any(Number),
        maxRelativeError: expect.any(Number),
        meanAbsoluteError: expect.any(Number),
      })),
    );
    const worst = Math.max(...found.slice(0, -1).map(({ maxRelativeError }) => maxRelativeError as number));
    const { elements } = found.at(-1) as Event & { elements: number };
    expect(found.at(-1)).toEqual({
      event: 'summary',
      ok: true,
      elements,
      checked: elements,
      maxRelativeError: worst,
    });
    expect(worst).toBeLessThan(1e-7);
  });

  it('checks a model with its own loss, and only what learns in it', async () => {
    const ran = await fluxion('check-gradients', '--model', 'graph.json', '--loss', 'squaredError', '--json');
    expect(ran.code).toBe(0);
    expect(events(ran).map(({ name }) => name)).toEqual(['answer.weight', 'answer.bias', undefined]);
  });

  it('fails where nothing learns', async () => {
    const boxes = { answer: { kind: 'linear', units: 2, children: ['input'], frozen: true } };
    writeFileSync(
      join(folder, 'frozen.json'),
      JSON.stringify({ inputs: { input: [2] }, boxes, outputs: ['answer'] }),
    );
    expect(await fluxion('check-gradients', '--model', 'frozen.json')).toEqual({
      code: 1,
      out: '',
      err: 'fluxion check-gradients: gradient check: expected a parameter that learns, all are frozen; unfreeze one\n',
    });
  });

  it.each([
    [
      ['--classes', '1'],
      "loss softmaxCrossEntropy: expected 2 classes or more, got 1, the model's output 'linear3'; its loss is the same whatever is learned: add classes, or take binaryCrossEntropy",
    ],
    [
      ['--model', 'graph.json', '--loss', 'negativeLogLikelihood'],
      "loss negativeLogLikelihood: expected probabilities, got the model's output 'answer', a linear box; end the graph with a softmax box, or take softmaxCrossEntropy",
    ],
  ])('refuses a check that would prove nothing: %j', async (options, sentence) => {
    expect(await fluxion('check-gradients', ...options)).toEqual({
      code: 1,
      out: '',
      err: `fluxion check-gradients: ${sentence}\n`,
    });
  });

  it('checks a single output of yes or no', async () => {
    const options = ['--classes', '1', '--loss', 'binaryCrossEntropy'];
    expect(await fluxion('check-gradients', ...options)).toMatchObject({ code: 0, err: '' });
  });

  it('fails with exit code 1 when a gradient disagrees', async () => {
    const ran = await fluxion('check-gradients', '--epsilon', '0.1', '--json');
    expect(ran.code).toBe(1);
    expect(events(ran).at(-1)).toMatchObject({ event: 'summary', ok: false });
    expect(ran.err).toMatch(
      /^fluxion check-gradients: gradients of .*linear1\.bias.*: expected finite differences to agree, got for .*\n$/,
    );
  });
});

describe('fluxion inspect', () => {
  it('shows boxes, shapes and parameters as a table', async () => {
    expect(await fluxion('inspect', '--model', 'large')).toEqual({
      code: 0,
      err: '',
      out: `x, y [2] → kind, 3 classes; 6,003 parameters, loss softmaxCrossEntropy
trained for 0 epochs

box        kind    children  shape   parameters
● input    input             [2]
● linear1  linear  input     [1000]       3,000
● relu1    relu    linear1   [1000]
● linear2  linear  relu1     [3]          3,003
total                                     6,003
`,
    });
  });

  it('shows what a model was trained with last', async () => {
    const options = [
      '--validation',
      'none',
      '--batch-size',
      '4',
      '--epochs',
      '1',
      '--quiet',
      '--out',
      'trained',
    ];
    const rule = ['--optimizer', 'sgd', '--momentum', '0.9', '--learning-rate', '0.02', '--l2', '0.001'];
    const columns = ['--input', 'x', 'y', '--target', 'kind', '--l2', '0'];
    await fluxion('train', 'points.arrow', ...columns, ...options);
    const [adam] = (await fluxion('inspect', '--model', 'trained')).out.split('\n').slice(1);
    expect(adam).toBe('trained for 1 epoch with adam, learning rate 0.005, batch size 4, seed 0');
    await fluxion('train', 'points.arrow', '--model', 'trained', ...options, ...rule);
    const [sgd] = (await fluxion('inspect', '--model', 'trained')).out.split('\n').slice(1);
    expect(sgd).toBe(
      'trained for 2 epochs with sgd, learning rate 0.02, momentum 0.9, batch size 4, l2 0.001, seed 0',
    );
  });

  it('shows a description, with what is frozen', async () => {
    const { out } = await fluxion('inspect', '--model', 'graph.json');
    expect(out.split('\n')).toEqual([
      'box        kind    children     shape  parameters',
      '● left     input                [2]',
      '│ ● right  input                [2]',
      '├─╯',
      '● sum      add     left, right  [2]',
      '● hidden   linear  sum          [3]             9  frozen',
      '● active   relu    hidden       [3]',
      '● answer   linear  active       [2]             8',
      'total                                          17',
      '',
    ]);
  });

  it('prints the same as JSON', async () => {
    expect(events(await fluxion('inspect', '--model', 'large', '--json'))).toEqual([
      { event: 'box', name: 'linear1', kind: 'linear', children: ['input'], shape: [1000], parameters: 3000 },
      { event: 'box', name: 'relu1', kind: 'relu', children: ['linear1'], shape: [1000], parameters: 0 },
      { event: 'box', name: 'linear2', kind: 'linear', children: ['relu1'], shape: [3], parameters: 3003 },
      {
        event: 'summary',
        inputs: { input: [2] },
        outputs: ['linear2'],
        seed: 0,
        boxes: 3,
        parameters: 6003,
        loss: 'softmaxCrossEntropy',
        target: { column: 'kind', kind: 'classes', classes: [...kinds].sort() },
        columns: ['x', 'y'].map((column) => ({
          column,
          encoding: 'standardize',
          width: 1,
          why: expect.any(String),
        })),
        epochs: 0,
      },
    ]);
  });
});
