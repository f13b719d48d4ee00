import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saveModel } from '@fluxion/checkpoint';
import { linear, sequential } from '@fluxion/layers';
import { Bool, Float32, Int32, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder, picturesFile, pointsFile } from './files.js';
import { type Event, events, fluxion, type Ran } from './fluxion.js';

const folder = enterNewFolder();

/** Trains on points without a word. */
async function train(target: readonly string[], out: string, ...args: readonly string[]): Promise<void> {
  const options = [
    '--input',
    'x',
    'y',
    '--hidden',
    'none',
    '--epochs',
    '1',
    '--quiet',
    '--out',
    out,
    ...args,
  ];
  const ran = await fluxion('train', 'points.arrow', '--target', ...target, ...options);
  expect(ran).toEqual({ code: 0, out: '', err: '' });
}

function save(name: string, columns: Record<string, Vector>): void {
  writeFileSync(join(folder, name), tableToIPC(new Table(columns), 'file'));
}

const floats = (...values: readonly number[]) => vectorFromArray([...values], new Float32());
const integers = (...values: readonly number[]) => vectorFromArray([...values], new Int32());

beforeAll(async () => {
  pointsFile(folder, 'points.arrow', 300);
  picturesFile(folder, 'pictures.arrow', 60);
  save('bools.arrow', { x: floats(0, 1), y: floats(0, 1), bool: vectorFromArray([true, false], new Bool()) });
  await Promise.all([
    train(['id'], 'ids'),
    train(['kind'], 'kinds'),
    train(['yes'], 'yes'),
    train(['price', 'y'], 'two', '--loss', 'squaredError'),
  ]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** One sentence, exit code 1, nothing on stdout. */
function expectRefusal({ code, out, err }: Ran, sentence: string | RegExp): void {
  expect(err).toMatch(sentence);
  expect([code, out, err.trimEnd().split('\n').length]).toEqual([1, '', 1]);
}

describe('labels of another kind than the model knows', () => {
  const measured = (model: string, data: string, target: string, ...args: readonly string[]): Promise<Ran> =>
    fluxion('evaluate', data, '--model', model, '--target', target, ...args);

  it.each([
    ['ids', 'points.arrow', 'kind', 'the labels 0 to 2, which the model knows, got names'],
    ['ids', 'points.arrow', 'word', 'the labels 0 to 2, which the model knows, got names'],
    ['ids', 'bools.arrow', 'bool', 'the labels 0 to 2, which the model knows, got true and false'],
    ['kinds', 'points.arrow', 'id', 'the names a "big", cat, dog, owl, which the model knows, got numbers'],
    ['kinds', 'bools.arrow', 'bool', 'which the model knows, got true and false'],
  ])('are refused: of %s, in %s, %s', async (model, data, target, text) => {
    expectRefusal(
      await measured(model, data, target),
      `fluxion evaluate: ${data}, column '${target}': expected ${text.startsWith('which') ? 'the names a "big", cat, dog, owl, ' : ''}${text}; name a column of such by --target, or train a new model`,
    );
  });

  it('are true and false only to a model of more than two classes', async () => {
    expect(await measured('yes', 'bools.arrow', 'bool')).toMatchObject({ code: 0, err: '' });
  });

  it('do not get into a model that goes on, nor are validated on', async () => {
    const go = ['train', 'points.arrow', '--model', 'ids', '--out', 'ids', '--epochs', '1'];
    const before = readFileSync(join(folder, 'ids', 'model.json'), 'utf8');
    expectRefusal(await fluxion(...go, '--target', 'kind'), "column 'kind': expected the labels 0 to 2");
    expect(readFileSync(join(folder, 'ids', 'model.json'), 'utf8')).toBe(before);
    save('named.arrow', { x: floats(0), y: floats(0), id: vectorFromArray(['one'], new Utf8()) });
    expectRefusal(
      await fluxion(...go, '--target', 'id', '--validation', 'named.arrow'),
      "named.arrow, column 'id': expected the labels 0 to 2, which the model knows, got names",
    );
  });
});

describe('several targets', () => {
  const losses = async (...target: readonly string[]): Promise<unknown> => {
    const ran = await fluxion('evaluate', 'points.arrow', '--model', 'two', '--json', '--target', ...target);
    expect(ran).toMatchObject({ code: 0, err: '' });
    return events(ran);
  };

  it('are compared by their names, in whatever order they are given', async () => {
    expect(await losses('y', 'price')).toEqual(await losses('price', 'y'));
    expect(await losses('y', '--target', 'price')).toEqual(await losses('price', 'y'));
  });

  it.each([[['price']], [['price', 'x']], [['price', 'y', 'x']]])(
    'are those of the model, or refused: %j',
    async (target) => {
      const ran = await fluxion('evaluate', 'points.arrow', '--model', 'two', '--target', ...target);
      expect(ran).toEqual({
        code: 2,
        out: '',
        err: `fluxion evaluate: --target: expected the model's price, y, in any order, got ${target.join(', ')}; see fluxion evaluate --help\n`,
      });
    },
  );

  it('go on in the order of the model', async () => {
    await train(['price', 'y'], 'order');
    const ran = await fluxion(
      ...[
        'train',
        'points.arrow',
        '--model',
        'order',
        '--target',
        'y',
        'price',
        '--epochs',
        '1',
        '--out',
        'order',
      ],
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(
      JSON.parse(readFileSync(join(folder, 'order', 'model.json'), 'utf8')).about.target.columns,
    ).toEqual(['price', 'y']);
  });
});

describe('numbers that are not finite', () => {
  it('end predict and evaluate, with the row', async () => {
    save('wild.arrow', { x: floats(0, 1, 3e38), y: floats(0, 1, 3e38), id: integers(0, 1, 2) });
    const model = sequential([linear(3)], { inputShape: [2] });
    for (const { value } of model.parameters) value.data.fill(10);
    await saveModel(join(folder, 'steep'), model);
    const options = ['wild.arrow', '--model', 'steep', '--input', 'x', 'y', '--loss', 'softmaxCrossEntropy'];
    const sentence =
      /wild\.arrow, row 2: expected a finite number from the model, got (Infinity|NaN); look for inputs that are not finite or very large, or for a model that has diverged\n$/;
    expectRefusal(await fluxion('predict', ...options, '--out', 'wild.csv'), sentence);
    expectRefusal(await fluxion('evaluate', ...options, '--target', 'id', '--json'), sentence);
  });

  it('end evaluate where only the loss is none', async () => {
    save('far.arrow', { x: floats(0), y: floats(1e30), price: floats(1e30) });
    expectRefusal(
      await fluxion('evaluate', 'far.arrow', '--model', 'two', '--target', 'price', 'y', '--json'),
      'loss squaredError over far.arrow: expected a finite number, got Infinity',
    );
  });
});

describe('a model.json that is at odds with itself', () => {
  it.each([
    [
      'too few names',
      { names: ['dog', 'owl'] },
      'about.target.names: expected a name for each unit of the output, 3',
    ],
    ['too many names', { names: ['a', 'b', 'c', 'd'] }, 'expected a name for each unit of the output, 3'],
    [
      'a name twice',
      { names: ['a', 'b', 'a'] },
      "about.target.names: expected each name once, 'a' comes twice",
    ],
    [
      'a target of another kind',
      { kind: 'values' },
      'about.target.kind: expected one of labels, got "values"',
    ],
    [
      'several columns of labels',
      { columns: ['a', 'b'] },
      'about.target.columns: expected one column of labels',
    ],
    ['no column', { columns: [] }, 'about.target.columns: expected a column or more'],
  ])('is refused: %s', async (name, change, text) => {
    const model = name.replaceAll(' ', '-');
    await train(['kind'], model);
    const path = join(folder, model, 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    Object.assign(json.about.target, change);
    writeFileSync(path, JSON.stringify(json));
    expectRefusal(await fluxion('predict', 'points.arrow', '--model', model, '--out', 'x.csv'), text);
  });

  it('is refused with inputs that the graph has not', async () => {
    await train(['kind'], 'inputs');
    const path = join(folder, 'inputs', 'model.json');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace(
        '"inputs": {\n      "input": {\n        "columns"',
        '"inputs": {\n      "picture": {\n        "columns"',
      ),
    );
    expectRefusal(
      await fluxion('inspect', '--model', 'inputs'),
      'about.inputs: expected the inputs of the graph, input, got an object with "picture"',
    );
  });
});

describe('a model that a program saved', () => {
  const about = (name: string, ...args: readonly string[]): Promise<Ran> =>
    fluxion('evaluate', ...args, '--model', name);

  beforeAll(async () => {
    await saveModel(join(folder, 'program'), sequential([linear(2)], { inputShape: [4], seed: 1 }), {
      mine: 1,
    });
  });

  it('is measured on what fits it: the list of its shape, and the loss of the target', async () => {
    const ran = await about('program', 'pictures.arrow', '--target', 'label', '--json');
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(events(ran)).toEqual([
      { event: 'evaluation', examples: 60, loss: expect.any(Number), accuracy: expect.any(Number) },
    ]);
    const named = await about(
      'program',
      'pictures.arrow',
      '--target',
      'label',
      '--json',
      '--input',
      'picture',
    );
    expect(named).toEqual(ran);
  });

  it('predicts, once it is known what its outputs are', async () => {
    const options = ['pictures.arrow', '--model', 'program', '--out', 'program.csv'];
    expect(await fluxion('predict', ...options)).toEqual({
      code: 2,
      out: '',
      err: 'fluxion predict: --loss: expected the loss that the model was trained with, which tells classes from numbers, for it was saved without; see fluxion predict --help\n',
    });
    const ran = await fluxion('predict', ...options, '--loss', 'softmaxCrossEntropy');
    expect(ran).toEqual({ code: 0, out: '60 predictions in program.csv\n', err: '' });
    expect(readFileSync(join(folder, 'program.csv'), 'utf8')).toMatch(
      /^label,probability_0,probability_1\n[01],/,
    );
  });

  it('says all that the command needs in its about, as the README has it', async () => {
    await saveModel(join(folder, 'spoken'), sequential([linear(2)], { inputShape: [4], seed: 1 }), {
      loss: 'softmaxCrossEntropy',
      inputs: { input: { columns: ['picture'], scale: 1 / 255 } },
      target: { columns: ['label'], kind: 'labels', scale: 1, names: ['dark', 'bright'] },
    });
    const options = ['pictures.arrow', '--model', 'spoken', '--out', 'spoken.csv', '--quiet'];
    expect(await fluxion('predict', ...options)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(join(folder, 'spoken.csv'), 'utf8')).toMatch(
      /^label,probability_dark,probability_bright\n/,
    );
  });

  it('is not measured on names of which some may be missing', async () => {
    save('few.arrow', {
      x: floats(0, 1),
      y: floats(0, 1),
      kind: vectorFromArray(['dog', 'owl'], new Utf8()),
    });
    await saveModel(join(folder, 'three'), sequential([linear(3)], { inputShape: [2], seed: 1 }));
    expectRefusal(
      await about('three', 'few.arrow', '--target', 'kind'),
      "few.arrow, column 'kind': expected the names of 3 classes, for the model's output 'linear1' has so many units, got 2; give the graph as many, or save the model with its names",
    );
  });

  it('is refused columns of another shape, by the name of its input', async () => {
    expectRefusal(
      await about('program', 'points.arrow', '--target', 'yes', '--input', 'x', 'y'),
      "points.arrow, columns x, y: expected shape [4], got [2]; the model's input 'input' takes that; name others by --input",
    );
  });
});

describe('--model', () => {
  it('also takes the model.json in the folder', async () => {
    const [folderNamed, fileNamed] = await Promise.all(
      ['ids', 'ids/model.json'].map((model) =>
        fluxion('evaluate', 'points.arrow', '--target', 'id', '--model', model),
      ),
    );
    expect(fileNamed).toEqual(folderNamed);
    expect(await fluxion('inspect', '--model', 'ids/model.json')).toMatchObject({ code: 0, err: '' });
  });

  it('is to be a folder where weights are wanted', async () => {
    expectRefusal(
      await fluxion('evaluate', 'points.arrow', '--target', 'id', '--model', 'points.arrow'),
      'points.arrow: expected the folder of a saved model, got a file; give the folder that holds its model.json',
    );
  });
});

describe('what may well be wrong in training', () => {
  const spoken = async (...args: readonly string[]): Promise<readonly Event[]> => {
    const ran = await fluxion('train', ...args, '--epochs', '1', '--json', '--out', 'said');
    expect(ran).toMatchObject({ code: 0, err: '' });
    return events(ran);
  };
  const warnings = async (...args: readonly string[]): Promise<unknown[]> =>
    (await spoken(...args)).filter(({ event }) => event === 'warning').map(({ text }) => text);

  it('begins with what is trained on what, and what is left out', async () => {
    const [start] = await spoken('points.arrow', '--target', 'id', '--hidden', 'none');
    expect(start).toEqual({
      event: 'start',
      examples: 300,
      inputs: { input: ['x', 'y', 'yes', 'price'] },
      skipped: ['kind', 'word'],
      target: ['id'],
      classes: 3,
      loss: 'softmaxCrossEntropy',
      parameters: 15,
    });
    const { out } = await fluxion('train', 'points.arrow', '--target', 'id', '--epochs', '0');
    expect(out.split('\n').slice(1)).toEqual([
      'left out, for they hold no numbers: kind, word',
      'warning: without --out the model is not saved: it is lost when training ends',
      'nothing trained and nothing saved: --epochs 0 without --out',
      '',
    ]);
  });

  it('tells of a target among the inputs, unless the model is to give back what it is given', async () => {
    expect(await warnings('points.arrow', '--target', 'price', '--input', 'x', 'price')).toEqual([
      'the target price is among the inputs: the model is given what it is to predict',
    ]);
    expect(await warnings('pictures.arrow', '--target', 'picture', '--input', 'picture')).toEqual([]);
  });

  it('tells of classes without an example', async () => {
    save('gap.arrow', { x: floats(0, 1, 2), c: integers(0, 7, 2) });
    expect(await warnings('gap.arrow', '--target', 'c')).toEqual([
      'no example of c is of class 1, 3, 4, 5, 6',
    ]);
  });

  it('refuses a single name: there is nothing to tell apart', async () => {
    save('one.arrow', { x: floats(0, 1), kind: vectorFromArray(['dog', 'dog'], new Utf8()) });
    expectRefusal(
      await fluxion('train', 'one.arrow', '--target', 'kind'),
      "one.arrow, column 'kind': expected names of two classes or more, got 'dog' alone; give data of other classes too",
    );
  });

  it('refuses a label beyond all reason, with its row', async () => {
    save('large.arrow', { x: floats(0, 1, 2), c: integers(0, 1000, 2) });
    expectRefusal(
      await fluxion('train', 'large.arrow', '--target', 'c'),
      "large.arrow, row 1, column 'c': expected a label from 0 to 999, there being 3 examples, got 1000; correct it, or take --loss squaredError where it is a number",
    );
  });

  it('tells of a loss that has risen, though it is finite', async () => {
    save('line.arrow', { x: floats(1, 2, 3, 4, 5, 6, 7, 8), z: floats(2, 4, 6, 8, 10, 12, 14, 16) });
    const options = [
      'line.arrow',
      '--target',
      'z',
      '--hidden',
      'none',
      '--no-shuffle',
      '--learning-rate',
      '3',
    ];
    expect(await warnings(...options)).toEqual([
      expect.stringMatching(
        /^training diverges: the loss has risen from \S+ to \S+; try a smaller --learning-rate/,
      ),
    ]);
  });

  it('refuses a graph whose output cannot be what the loss wants', async () => {
    const boxes = { logits: { kind: 'linear', units: 3, children: ['input'] } };
    const description = { inputs: { input: [2] }, boxes, outputs: ['logits'] };
    writeFileSync(join(folder, 'graph.json'), JSON.stringify(description));
    const options = ['--model', 'graph.json', '--input', 'x', 'y', '--loss', 'negativeLogLikelihood'];
    expectRefusal(
      await fluxion('train', 'points.arrow', '--target', 'id', ...options),
      "loss negativeLogLikelihood: expected probabilities, got the model's output 'logits', a linear box; end the graph with a softmax box, or take softmaxCrossEntropy",
    );
  });
});

describe('errors of the packages', () => {
  it('say what to do at a terminal, too', async () => {
    const table = new Table({ x: floats(1), c: integers(0) });
    writeFileSync(join(folder, 'stream.arrow'), tableToIPC(table, 'stream'));
    save('half.arrow', { x: floats(0, 1), c: floats(0, 0.5) });
    save('unknown.arrow', { x: floats(0), y: floats(0), kind: vectorFromArray(['whale'], new Utf8()) });
    const [stream, half, unknown, lists] = await Promise.all([
      fluxion('train', 'stream.arrow', '--target', 'c'),
      fluxion('train', 'half.arrow', '--target', 'c', '--loss', 'softmaxCrossEntropy'),
      fluxion('evaluate', 'unknown.arrow', '--target', 'kind', '--model', 'kinds'),
      fluxion(
        'evaluate',
        'pictures.arrow',
        '--target',
        'label',
        '--input',
        'age',
        'picture',
        '--model',
        'ids',
      ),
    ]);
    expectRefusal(stream, /; convert it to an Arrow IPC file, or read it as a stream with arrowStream\n$/);
    expectRefusal(
      half,
      /; give whole numbers, or take a loss of values \(squaredError\), with targetKind 'values'\n$/,
    );
    expectRefusal(unknown, /; remove the row, or add it to the label names\n$/);
    expectRefusal(lists, /; name the list alone, or as an input of its own\n$/);
  });
});
