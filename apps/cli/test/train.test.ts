import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Field,
  FixedSizeList,
  Int32,
  makeData,
  Table,
  tableToIPC,
  Uint8,
  Vector,
  vectorFromArray,
} from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { emptyFile, enterNewFolder, kinds, picturesFile, pointsFile } from './files.js';
import { type Event, events, fluxion } from './fluxion.js';

const folder = enterNewFolder();
const plain = ['--validation', 'none', '--optimizer', 'sgd'];
const points = ['points.arrow', '--input', 'x', 'y', ...plain];

beforeAll(() => {
  pointsFile(folder, 'points.arrow', 400);
  pointsFile(folder, 'others.arrow', 100, 7);
  picturesFile(folder, 'pictures.arrow', 200);
  emptyFile(folder, 'empty.arrow');
});

/** Trains and gives the events after the plan, but for warnings; fails unless the command succeeds. */
async function trained(...args: readonly string[]): Promise<readonly Event[]> {
  const ran = await fluxion('train', ...args, '--json');
  expect(ran.err).toBe('');
  expect(ran.code).toBe(0);
  const [plan, ...others] = events(ran);
  expect(plan?.event).toBe('plan');
  return others.filter(({ event }) => event !== 'warning');
}

/** What is measured of three classes. */
const classFigures = {
  accuracy: expect.any(Number),
  balancedAccuracy: expect.any(Number),
  f1: expect.any(Number),
};

function aboutOf(model: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, model, 'model.json'), 'utf8')).about;
}

function weightsOf(model: string): Buffer {
  return readFileSync(join(folder, model, 'weights.safetensors'));
}

function graphOf(model: string): { boxes: Record<string, Record<string, unknown>>; outputs: string[] } {
  return JSON.parse(readFileSync(join(folder, model, 'model.json'), 'utf8')).graph;
}

describe('fluxion train', () => {
  it('tells of each epoch and of the whole as JSON, and of nothing else', async () => {
    const found = await trained(
      ...points,
      '--target',
      'kind',
      '--epochs',
      '2',
      '--validation',
      'others.arrow',
      '--out',
      'json',
    );
    expect(found).toEqual([
      {
        event: 'epoch',
        epoch: 1,
        examples: 400,
        loss: expect.any(Number),
        seconds: expect.any(Number),
        examplesPerSecond: expect.any(Number),
        training: { loss: found[0]?.loss, ...classFigures },
        validation: { loss: expect.any(Number), ...classFigures },
      },
      expect.objectContaining({ event: 'epoch', epoch: 2, examples: 400 }),
      {
        event: 'summary',
        examples: 800,
        epochs: 2,
        loss: found[1]?.loss,
        validation: found[1]?.validation,
        baseline: { ...classFigures, loss: expect.any(Number), balancedAccuracy: 1 / 3 },
        bestEpoch: 2,
        out: 'json',
        report: 'json.html',
      },
    ]);
    expect(found[1]?.loss).toBeLessThan(found[0]?.loss as number);
    const options = [...points, '--target', 'kind', '--epochs', '0', '--validation', 'others.arrow'];
    const [plan] = events(await fluxion('train', ...options, '--json'));
    expect(plan?.validation).toEqual({ rows: 100 });
  });

  it('leaves out of the JSON what there is not', async () => {
    const [epoch, summary] = await trained(...points, '--target', 'kind', '--epochs', '1');
    expect(Object.keys(epoch ?? {})).toEqual([
      'event',
      'epoch',
      'examples',
      'loss',
      'seconds',
      'examplesPerSecond',
      'training',
    ]);
    expect(Object.keys(summary ?? {})).toEqual(['event', 'examples', 'epochs', 'loss']);
  });

  it('prints a line for each epoch where there is no terminal', async () => {
    const { out, err, code } = await fluxion(
      'train',
      ...points,
      '--target',
      'kind',
      '--epochs',
      '2',
      '--validation',
      'others.arrow',
      '--out',
      'plain',
    );
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'x, y [2] → kind, 3 classes; 387 parameters, loss softmaxCrossEntropy',
      '400 rows to train on, 100 of another table to validate',
      expect.stringMatching(
        /^epoch 1\/2 {2}loss [\d.]+ {2}400 examples in [\d.]+ s \([\d,]+\/s\) {2}validation loss [\d.]+, accuracy [\d.]+ %$/,
      ),
      expect.stringMatching(/^epoch 2\/2 /),
      expect.stringMatching(
        /^kept epoch 2, the best: validation loss [\d.]+, accuracy [\d.]+ %, balanced accuracy .*, F1 /,
      ),
      expect.stringMatching(
        /^baseline, always 'dog': loss [\d.]+, accuracy [\d.]+ %, balanced accuracy 33.33 %, F1 [\d.]+$/,
      ),
      'report in plain.html',
      'saved in plain',
      '',
    ]);
  });

  it('prints nothing with --quiet, unless the model is lost', async () => {
    const quiet = ['train', ...points, '--target', 'kind', '--epochs', '1', '--quiet'];
    expect(await fluxion(...quiet, '--out', 'quiet')).toEqual({ code: 0, out: '', err: '' });
    expect(await fluxion(...quiet)).toEqual({
      code: 0,
      out: '',
      err: 'warning: without --out the model is not saved: it is lost when training ends\n',
    });
  });

  it('saves what predict needs: graph, seed, loss and target', async () => {
    await trained(
      ...points,
      '--target',
      'kind',
      '--hidden',
      '5,4',
      '--activation',
      'relu',
      '--seed',
      '9',
      '--epochs',
      '1',
      '--out',
      'named',
    );
    expect(JSON.parse(readFileSync(join(folder, 'named', 'model.json'), 'utf8')).seed).toBe(9);
    expect(aboutOf('named')).toEqual({
      finished: { options: expect.objectContaining({ seed: 9 }), run: expect.anything() },
      outputs: [{ output: 'linear3', target: 'kind', loss: 'softmaxCrossEntropy' }],
      epochs: 1,
      seed: 9,
      trainedWith: {
        optimizer: 'sgd',
        learningRate: 0.01,
        decreaseConstant: 0,
        momentum: 0,
        batchSize: 1,
        l1: 0,
        l2: 0,
      },
    });
    const { boxes } = graphOf('named');
    expect(Object.keys(boxes)).toEqual(['linear1', 'relu1', 'linear2', 'relu2', 'linear3']);
    expect(boxes.linear1).toMatchObject({ units: 5, initializer: 'heUniform' });
    expect(boxes.linear2).toMatchObject({ units: 4, initializer: 'heUniform' });
    expect(boxes.linear3).toMatchObject({ units: 3 });
  });

  it.each([
    ['integers are classes', 'id', [], 'softmaxCrossEntropy', 3],
    ['strings are classes', 'word', [], 'softmaxCrossEntropy', 3],
    ['floats are numbers', 'price', [], 'squaredError', 1],
    ['0 and 1 are classes', 'yes', [], 'softmaxCrossEntropy', 2],
    ['integers are numbers if asked for', 'id', ['--loss', 'squaredError'], 'squaredError', 1],
  ])('%s', async (title, target, options, loss, units) => {
    const out = title.replaceAll(' ', '-');
    const others = [...options, '--epochs', '1', '--validation', 'others.arrow', '--out', out];
    const found = await trained(...points, '--target', target, ...others);
    expect(aboutOf(out)).toMatchObject({ outputs: [{ output: 'linear2', target, loss }] });
    expect(graphOf(out).boxes.linear2).toMatchObject({ units });
    const classes = ['loss', 'accuracy', 'balancedAccuracy', 'f1', ...(units === 2 ? ['rocAuc'] : [])];
    const figures = loss === 'squaredError' ? ['loss', 'rmse', 'mae', 'r2'] : classes;
    expect(Object.keys(found[0]?.validation ?? {})).toEqual(figures);
  });

  it('takes 0 and 1 for yes and no if asked for', async () => {
    const options = ['--loss', 'binaryCrossEntropy', '--epochs', '1', '--out', 'yesOrNo'];
    await trained(...points, '--target', 'yes', ...options);
    const about = { outputs: [{ loss: 'binaryCrossEntropy', target: 'yes' }] };
    expect(aboutOf('yesOrNo')).toMatchObject(about);
    expect(graphOf('yesOrNo').boxes.linear2).toMatchObject({ units: 1 });
  });

  it('puts a softmax under the one loss that wants probabilities', async () => {
    await trained(
      ...points,
      '--target',
      'kind',
      '--loss',
      'negativeLogLikelihood',
      '--epochs',
      '1',
      '--out',
      'nll',
    );
    expect(graphOf('nll').outputs).toEqual(['softmax1']);
  });

  it('predicts several columns together, each by an output of its own', async () => {
    await trained(...points, '--target', 'price', 'kind', '--epochs', '1', '--out', 'two');
    expect(aboutOf('two').outputs).toEqual([
      { output: 'price', target: 'price', loss: 'squaredError' },
      { output: 'kind', target: 'kind', loss: 'softmaxCrossEntropy' },
    ]);
    const { boxes, outputs } = graphOf('two');
    expect(outputs).toEqual(['price', 'kind']);
    expect([boxes.price, boxes.kind]).toMatchObject([{ units: 1 }, { units: 3 }]);
  });

  it('predicts lists', async () => {
    const options = ['--input', 'picture', '--target', 'picture', '--hidden', '2', '--epochs', '1'];
    await trained('pictures.arrow', ...options, '--out', 'autoencoder');
    expect(aboutOf('autoencoder').target).toEqual({ kind: 'values', columns: ['picture'], scale: 1 / 255 });
    expect(graphOf('autoencoder').boxes.linear2).toMatchObject({ units: 4 });
  });

  it('takes all columns but the target without --input, lists each by itself', async () => {
    const [plan] = events(
      await fluxion('train', 'points.arrow', '--target', 'kind', '--epochs', '0', '--json'),
    );
    expect(plan).toMatchObject({
      event: 'plan',
      rows: 400,
      target: { column: 'kind', kind: 'classes', classes: [...kinds].sort() },
      columns: [
        { column: 'x', encoding: 'standardize', width: 1 },
        { column: 'y', encoding: 'standardize', width: 1 },
        { column: 'yes', encoding: 'oneHot' },
        { column: 'price', encoding: 'standardize', width: 1 },
      ],
      leftOut: [
        { column: 'id', why: "it repeats the target 'kind'" },
        { column: 'word', why: "it repeats the target 'kind'" },
      ],
    });
    const { rows } = (plan as unknown as { validation: { rows: number } }).validation;
    expect(rows).toBeGreaterThan(20);
    expect(rows).toBeLessThan(70);
    await trained('pictures.arrow', '--target', 'label', '--epochs', '1', '--out', 'lists');
    expect(aboutOf('lists').inputs).toEqual({
      picture: { columns: ['picture'], scale: 1 / 255 },
      numbers: { columns: ['age'], scale: 1 },
    });
    expect(graphOf('lists').boxes).toMatchObject({ concat1: { children: ['picture', 'numbers'] } });
  });

  it('initialises and saves only with --epochs 0, and measures what it has', async () => {
    const found = await trained(
      ...points,
      '--target',
      'kind',
      '--epochs',
      '0',
      '--validation',
      'others.arrow',
      '--out',
      'begun',
    );
    expect(found).toEqual([
      {
        event: 'summary',
        examples: 0,
        epochs: 0,
        validation: { loss: expect.any(Number), ...classFigures },
        out: 'begun',
      },
    ]);
    expect(weightsOf('begun').length).toBeGreaterThan(387 * 4);
  });

  it.each([
    ['adamW', 0.001],
    ['nadam', 0.002],
    ['lion', 0.0001],
    ['normalizedAdagrad', 0.5],
  ])('takes the rule %s, and its own learning rate', async (optimizer, learningRate) => {
    await trained(
      ...points,
      '--target',
      'kind',
      '--epochs',
      '1',
      '--out',
      optimizer,
      ...['--optimizer', optimizer],
    );
    const summary = events(await fluxion('inspect', '--model', optimizer, '--json')).at(-1);
    expect(summary).toMatchObject({ trainedWith: { optimizer, learningRate } });
  });

  it.each([
    ['plain', []],
    ['decreasing', ['--momentum', '0.9', '--decrease-constant', '0.01']],
    ['adam', ['--optimizer', 'adam', '--l1', '0.001']],
    ['best', ['--validation', '0.2', '--learning-rate', '0.5']],
    ['l2', ['--l2', '0.01', '--batch-size', '7']],
  ])('goes on from a saved model as if it had not stopped: %s', async (name, rule) => {
    const options = ['--target', 'kind', ...rule];
    const fresh = [...points, ...options, '--hidden', '6', '--seed', '3'];
    await trained(...fresh, '--epochs', '3', '--out', `${name}3`, '--restart');
    await trained(...fresh, '--epochs', '1', '--out', name, '--restart');
    const [resume] = await trained(
      'points.arrow',
      ...['--optimizer', 'sgd', ...options],
      '--model',
      name,
      '--epochs',
      '2',
      '--out',
      name,
    );
    expect(resume).toEqual({ event: 'resume', epochs: 1, row: 0, updates: expect.any(Number) });
    expect(resume?.startsOver).toBeUndefined();
    const [gone, straight] = [name, `${name}3`];
    for (const file of ['weights.safetensors', 'training.safetensors', 'encoder.safetensors']) {
      const [own, other] = [gone, straight].map((model) => readFileSync(join(folder, model, file)));
      expect(own?.equals(other ?? Buffer.of()), file).toBe(true);
    }
    // How it came about is another matter.
    const [own, other] = [gone, straight].map((model) => ({ ...aboutOf(model), finished: undefined }));
    expect(own).toEqual(other);
  });

  it('says so when the optimizer starts over, and keeps it where only the rate is another', async () => {
    const options = ['points.arrow', ...plain, '--target', 'kind', '--epochs', '1'];
    const momentum = ['--momentum', '0.5'];
    await trained(...options, '--input', 'x', 'y', '--hidden', 'none', ...momentum, '--out', 'heavy');
    const go = (...args: readonly string[]) => fluxion('train', ...options, '--model', 'heavy', ...args);
    expect((await go(...momentum, '--learning-rate', '0.1')).out.split('\n')[2]).toBe(
      'goes on after 1 epoch and 400 updates',
    );
    expect((await go()).out.split('\n')[2]).toBe(
      'goes on after 1 epoch; the optimizer starts over: expected sgd (momentum 0.5, nesterov false), with which it was saved, got sgd (momentum 0, nesterov false)',
    );
    const [resume] = await trained(...options, '--model', 'heavy', '--optimizer', 'adam');
    expect(resume).toEqual({
      event: 'resume',
      ...{ epochs: 1, row: 0 },
      updates: 0,
      startsOver: expect.stringMatching(/^expected sgd .* got adam \(beta1 0.9/),
    });
  });

  it('takes another seed for the order where one is given', async () => {
    await trained(...points, '--target', 'kind', '--epochs', '1', '--seed', '3', '--out', 'seeded');
    const options = ['points.arrow', '--optimizer', 'sgd', '--epochs', '1', '--model', 'seeded'];
    await trained(...options, '--out', 'same');
    await trained(...options, '--seed', '4', '--out', 'other');
    expect([aboutOf('same').seed, aboutOf('other').seed]).toEqual([3, 4]);
    expect(weightsOf('same').equals(weightsOf('other'))).toBe(false);
  });

  it('trains a graph that is described, with columns by the names of its inputs', async () => {
    const description = {
      inputs: { picture: [4], years: [1] },
      boxes: {
        hidden: { kind: 'linear', units: 3, children: ['picture'] },
        joined: { kind: 'concat', children: ['hidden', 'years'] },
        logits: { kind: 'linear', units: 2, children: ['joined'] },
      },
      outputs: ['logits'],
    };
    writeFileSync(join(folder, 'graph.json'), JSON.stringify(description));
    const options = ['pictures.arrow', '--target', 'label', '--model', 'graph.json', '--epochs', '1'];
    await trained(...options, '--input', 'years=age', '--out', 'described');
    expect(graphOf('described')).toMatchObject({ outputs: ['logits'], inputs: description.inputs });
    expect(aboutOf('described').inputs).toEqual({
      picture: { columns: ['picture'], scale: 1 / 255 },
      years: { columns: ['age'], scale: 1 },
    });

    const missing = await fluxion('train', ...options);
    expect(missing).toEqual({
      code: 2,
      out: '',
      err: "fluxion train: --input: expected the columns of the graph's input 'years', and no column has its name; give years=COLUMN; see fluxion train --help\n",
    });
  });

  it('gives the same weights for the same options, and others for another seed, order, batch, rate, rule or penalty', async () => {
    const base = [...points, '--target', 'kind', '--hidden', '4', '--epochs', '1'];
    const variants: readonly (readonly string[])[] = [
      [],
      ['--seed', '1'],
      ['--no-shuffle'],
      ['--batch-size', '7'],
      ['--learning-rate', '0.1'],
      ['--decrease-constant', '0.01'],
      ['--momentum', '0.9'],
      ['--optimizer', 'adam'],
      ['--l1', '0.01'],
      ['--l2', '0.01'],
      ['--activation', 'sigmoid'],
    ];
    await Promise.all(variants.map((options, i) => trained(...base, ...options, '--out', `variant${i}`)));
    await trained(...base, '--out', 'again');
    expect(weightsOf('again').equals(weightsOf('variant0'))).toBe(true);
    const different = new Set(variants.map((_, i) => weightsOf(`variant${i}`).toString('base64')));
    expect(different.size).toBe(variants.length);
  });

  it('computes with the kernels that are named', async () => {
    const options = [...points, '--target', 'kind', '--epochs', '1', '--batch-size', '20'];
    const [wasm] = await trained(...options);
    const [reference] = await trained(...options, '--kernels', 'reference');
    expect(reference?.loss).toBeCloseTo(wasm?.loss as number, 5);

    const wrong = await fluxion('train', ...options, '--kernels', 'gpu');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect(wrong.err).toContain(
      "--kernels <name>: expected one of wasm, wasm-2-threads, wasm-relaxed, blas, reference, got 'gpu'",
    );
  });

  it('takes what follows the columns for the data where it names a file', async () => {
    const options = ['--epochs', '1', '--json', '--input', 'x', 'y'];
    const first = await fluxion('train', 'points.arrow', '--target', 'kind', ...options);
    const last = await fluxion('train', ...options, '--target', 'kind', 'points.arrow');
    expect(last).toMatchObject({ code: 0, err: '' });
    expect(events(last)[0]).toEqual(events(first)[0]);
  });

  it('needs no target where the model knows it', async () => {
    await trained(...points, '--target', 'kind', '--epochs', '1', '--out', 'knows');
    const [resume] = await trained('points.arrow', ...plain, '--model', 'knows', '--epochs', '1');
    expect(resume).toMatchObject({ event: 'resume', epochs: 1 });
  });

  it('warns before it trains that the model is not saved', async () => {
    const found = events(await fluxion('train', ...points, '--target', 'kind', '--epochs', '1', '--json'));
    expect(found.map(({ event }) => event)).toEqual(['plan', 'warning', 'epoch', 'summary']);
    expect(found[1]?.text).toBe('without --out the model is not saved: it is lost when training ends');
  });

  it('looks at few large examples at a time, where it is free to choose', async () => {
    const type = new FixedSizeList(2_100_000, new Field('pixel', new Uint8(), false));
    const data = new Uint8Array(4_200_000);
    const child = makeData({ type: new Uint8(), length: 4_200_000, nullCount: 0, data });
    const picture = new Vector([makeData({ type, length: 2, nullCount: 0, child })]);
    const label = vectorFromArray([0, 1], new Int32());
    writeFileSync('huge.arrow', tableToIPC(new Table({ picture, label }), 'file'));
    const options = [
      '--target',
      'label',
      '--hidden',
      'none',
      '--optimizer',
      'sgd',
      '--epochs',
      '1',
      '--out',
      'huge',
    ];
    await trained('huge.arrow', ...options, '--no-report', '--validation', 'huge.arrow');
    const ran = await fluxion('predict', 'huge.arrow', '--model', 'huge', '--out', 'huge.csv');
    expect(ran).toMatchObject({ code: 0, err: '' });
  }, 180_000);

  it.each([
    ['price', '1e6'],
    ['price', '50', '--hidden', '8'],
    ['kind', '1e30', '--hidden', '8'],
  ])(
    'ends with one sentence when training on %s at %s diverges, and saves nothing',
    async (target, rate, ...options) => {
      const args = [...points, '--target', target, '--learning-rate', rate, ...options];
      const { code, out, err } = await fluxion('train', ...args, '--quiet', '--out', 'diverged');
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(
        /^fluxion train: training diverged at example \d+ of epoch 1: expected a finite (loss|prediction), got (NaN|-?Infinity); try a smaller --learning-rate, or inputs of a smaller scale\n$/,
      );
      expect(existsSync(join(folder, 'diverged'))).toBe(false);
    },
  );

  it('never replaces a folder that is no model', async () => {
    mkdirSync(join(folder, 'photos'));
    writeFileSync(join(folder, 'photos', 'cat.jpg'), 'miaow');
    const { code, out, err } = await fluxion('train', ...points, '--target', 'kind', '--out', 'photos');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^fluxion train: .*photos is not a model folder: .*'cat\.jpg'.*\n$/);
    expect(readdirSync(join(folder, 'photos'))).toEqual(['cat.jpg']);
  });

  it.each([
    [['nothing.arrow', '--target', 'kind'], /^fluxion train: nothing\.arrow: expected a file, .* got none/],
    [['empty.arrow', '--target', 'price'], /^fluxion train: empty\.arrow: expected rows to learn from/],
    [
      [...points, '--target', 'kind', '--loss', 'squaredError'],
      /row 0, column 'kind': expected a number, got 'dog'/,
    ],
    [
      [...points, '--target', 'id', '--loss', 'binaryCrossEntropy'],
      /column 'id': expected two classes .* got 3/,
    ],
    [[...points, '--target', 'kind', '--validation', 'nothing.arrow'], /^fluxion train: nothing\.arrow/],
    [
      [...points, '--target', 'kind', '--validation', 'pictures.arrow'],
      /^fluxion train: pictures\.arrow: expected the columns .* without 'x', 'y', 'kind'/,
    ],
    [
      [...points, '--target', 'kind', '--out', 'points.arrow'],
      /^fluxion train: .*points\.arrow: expected a folder/,
    ],
  ])('fails with one sentence and exit code 1: %j', async (args, text) => {
    const { code, out, err } = await fluxion('train', ...args);
    expect(err).toMatch(text);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([1, '']);
  });

  it.each([
    [
      [...points, '--target', 'kidn'],
      /^fluxion train: --target: expected a column of points\.arrow, x, y, .*, got kidn; see fluxion train --help/,
    ],
    [['points.arrow', '--input', 'x', 'kind', '--target', 'kind'], /--input: .* no target, got kind/],
    [[...points, '--target', 'kind', '--weight', 'often'], /--weight: expected a column .*, got often/],
    [
      [...points, '--target', 'kind', '--model', 'nothing'],
      /^fluxion train: --model: expected the folder of a saved model, got nothing, which is not there/,
    ],
    [[...points, '--target', 'kind', '--model', '.'], /got \., in which there is no model\.json/],
  ])('says which option names what is not there, with exit code 2: %j', async (args, text) => {
    const { code, out, err } = await fluxion('train', ...args);
    expect(err).toMatch(text);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect([code, out]).toEqual([2, '']);
  });

  it('refuses columns that do not fit the graph that is described', async () => {
    const boxes = { logits: { kind: 'linear', units: 2, children: ['input'] } };
    writeFileSync('small.json', JSON.stringify({ inputs: { input: [2] }, boxes, outputs: ['logits'] }));
    const go = (...args: readonly string[]): ReturnType<typeof fluxion> =>
      fluxion('train', 'points.arrow', '--model', 'small.json', ...args);
    expect((await go('--target', 'yes', '--input', 'x')).err).toMatch(
      /column x: expected shape \[2\], got \[1\]/,
    );
    expect((await go('--target', 'id', '--input', 'x', 'y')).err).toMatch(
      /row \d+, column 'id': expected a label from 0 to 1, for the model's output 'logits' has no more units, got 2; correct it/,
    );
    expect((await go('--target', 'price', '--loss', 'squaredError', '--input', 'x', 'y')).err).toMatch(
      /target price: expected shape \[2\], got \[1\]/,
    );
  });

  it('weighs classes as it is told', async () => {
    const options = [...points, '--target', 'yes', '--epochs', '2'];
    const [, , even] = await trained(...options, '--class-weights', '0=1,1=1');
    const [, , uneven] = await trained(...options, '--class-weights', '0=3,1=5');
    const [, , balanced] = await trained(...options, '--class-weights', 'balanced');
    expect(uneven?.loss).toBeGreaterThan(1.5 * (even?.loss as number));
    expect(balanced?.loss).toBeCloseTo(even?.loss as number, 1);
    expect(await fluxion('train', ...options, '--class-weights', 'maybe=2')).toMatchObject({
      code: 2,
      err: "fluxion train: --class-weights: expected balanced, or classes with weights from 0, as 0=1,1=20, got 'maybe=2'; see fluxion train --help\n",
    });
  });

  it('stops early, and saves the best epoch with what it takes to go on', async () => {
    const options = ['--target', 'kind', '--hidden', '8', '--learning-rate', '0.2', '--patience', '3'];
    const found = await trained(
      'points.arrow',
      '--input',
      'x',
      'y',
      ...options,
      '--epochs',
      '200',
      '--out',
      'early',
    );
    const epochs = found.filter(({ event }) => event === 'epoch');
    const losses = epochs.map(({ validation }) => (validation as { loss: number }).loss);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    const summary = found.at(-1);
    expect(summary).toMatchObject({ epochs: best + 3, bestEpoch: best, stoppedEarly: true });
    expect(summary?.validation).toEqual(epochs[best - 1]?.validation);
    const whole = await trained('points.arrow', '--model', 'early', '--epochs', '0');
    expect(whole[0]).toMatchObject({ event: 'resume', epochs: best + 3 });
    await trained(
      'points.arrow',
      '--input',
      'x',
      'y',
      ...options,
      '--epochs',
      String(best),
      '--out',
      'until',
    );
    expect(weightsOf('early').equals(weightsOf('until'))).toBe(true);
  });

  it('prints the stack of an error with --debug only', async () => {
    const { code, err } = await fluxion('train', 'nothing.arrow', '--target', 'kind', '--debug');
    expect(code).toBe(1);
    expect(err).toMatch(/DataError: .*\n {4}at /);
  });
});
