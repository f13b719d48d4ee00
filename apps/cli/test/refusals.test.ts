import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saveModel } from '@fluxion/checkpoint';
import { linear, sequential } from '@fluxion/layers';
import { random } from '@fluxion/tensor';
import { Bool, Float32, Int32, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
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
    '--validation',
    'none',
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
    train(['price', 'yes'], 'two', '--loss', 'squaredError'),
  ]);
});

/** One sentence, exit code 1, nothing on stdout. */
function expectRefusal({ code, out, err }: Ran, sentence: string | RegExp): void {
  expect(err).toMatch(sentence);
  expect([code, out, err.trimEnd().split('\n').length]).toEqual([1, '', 1]);
}

describe('classes that the model does not know', () => {
  const measured = (model: string, data: string, target: string): Promise<Ran> =>
    fluxion('evaluate', data, '--model', model, '--target', target);

  it.each([
    ['ids', 'points.arrow', 'kind', /row \d+, column 'id': expected one of 0, 1, 2, got '/],
    [
      'kinds',
      'points.arrow',
      'id',
      /row \d+, column 'kind': expected one of a "big", cat, dog, owl, got '\d'/,
    ],
    [
      'kinds',
      'bools.arrow',
      'bool',
      /row 0, column 'kind': expected one of a "big", cat, dog, owl, got 'true'/,
    ],
  ])('are refused: of %s, in %s, %s', async (model, data, target, text) => {
    expectRefusal(await measured(model, data, target), text);
  });

  it('may stand in a column of another name', async () => {
    expect(await measured('kinds', 'points.arrow', 'word')).toEqual(
      await measured('kinds', 'points.arrow', 'kind'),
    );
    const { code, err } = await measured('kinds', 'points.arrow', 'wrod');
    expect(code).toBe(2);
    expect(err).toMatch(/--target: expected a column of points\.arrow, .* got wrod;/);
  });

  it('do not get into a model that goes on, nor are validated on', async () => {
    const go = ['train', 'points.arrow', '--model', 'ids', '--out', 'ids', '--epochs', '1'];
    const before = readFileSync(join(folder, 'ids', 'model.json'), 'utf8');
    const { code, err } = await fluxion(...go, '--target', 'kind');
    expect([code, err]).toEqual([1, expect.stringContaining("column 'id': expected one of 0, 1, 2, got ")]);
    expect(readFileSync(join(folder, 'ids', 'model.json'), 'utf8')).toBe(before);
    save('named.arrow', { x: floats(0), y: floats(0), id: vectorFromArray(['one'], new Utf8()) });
    expectRefusal(
      await fluxion(...go, '--target', 'id', '--validation', 'named.arrow'),
      "column 'id': expected one of 0, 1, 2, got 'one'",
    );
  });
});

describe('a model that knows its columns', () => {
  const losses = async (...target: readonly string[]): Promise<unknown> => {
    const ran = await fluxion('evaluate', 'points.arrow', '--model', 'two', '--json', ...target);
    expect(ran).toMatchObject({ code: 0, err: '' });
    return events(ran);
  };

  it('takes several targets by their names, in whatever order they are given', async () => {
    const own = await losses();
    expect(own).toMatchObject([{ price: { rmse: expect.any(Number) }, yes: { r2: expect.any(Number) } }]);
    expect(await losses('--target', 'yes', 'price')).toEqual(own);
    expect(await losses('--target', 'yes', '--target', 'price')).toEqual(own);
  });

  it.each([[['price']], [['price', 'x']], [['price', 'yes', 'x']]])(
    'refuses other targets: %j',
    async (target) => {
      const ran = await fluxion('evaluate', 'points.arrow', '--model', 'two', '--target', ...target);
      expect(ran).toEqual({
        code: 2,
        out: '',
        err: `fluxion evaluate: --target: expected the model's price, yes, in any order, got ${target.join(', ')}; see fluxion evaluate --help\n`,
      });
    },
  );

  it.each([
    ['--input', 'x'],
    ['--loss', 'squaredError'],
  ])('refuses %s', async (option, value) => {
    const ran = await fluxion('evaluate', 'points.arrow', '--model', 'two', option, value);
    expect(ran).toEqual({
      code: 2,
      out: '',
      err: `fluxion evaluate: ${option}: expected none, since the model was saved with its own; leave it out, or train a new model; see fluxion evaluate --help\n`,
    });
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
    save('far.arrow', { x: floats(0), y: floats(0), price: floats(1e30), yes: integers(1) });
    expectRefusal(
      await fluxion('evaluate', 'far.arrow', '--model', 'two', '--json'),
      'expected a finite number, got Infinity',
    );
  });
});

describe('a model.json that is at odds with itself', () => {
  const target = { columns: ['label'], kind: 'labels', scale: 1, names: ['dark', 'bright'] };
  it.each([
    [
      'too few names',
      { names: ['dog'] },
      'about.target.names: expected a name for each unit of the output, 2',
    ],
    ['too many names', { names: ['a', 'b', 'c'] }, 'expected a name for each unit of the output, 2'],
    ['a name twice', { names: ['a', 'a'] }, "about.target.names: expected each name once, 'a' comes twice"],
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
    await saveModel(join(folder, model), sequential([linear(2)], { inputShape: [4], seed: 1 }), {
      loss: 'softmaxCrossEntropy',
      inputs: { input: { columns: ['picture'], scale: 1 / 255 } },
      target: { ...target, ...change },
    });
    expectRefusal(await fluxion('predict', 'pictures.arrow', '--model', model, '--out', 'x.csv'), text);
  });

  it('is refused with inputs that the graph has not', async () => {
    await saveModel(join(folder, 'inputs'), sequential([linear(2)], { inputShape: [4], seed: 1 }), {
      loss: 'softmaxCrossEntropy',
      inputs: { picture: { columns: ['picture'], scale: 1 / 255 } },
      target,
    });
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
      expect.objectContaining({ event: 'evaluation', examples: 60, accuracy: expect.any(Number) }),
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
      ['ids', 'ids/model.json'].map((model) => fluxion('evaluate', 'points.arrow', '--model', model)),
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
    const ran = await fluxion('train', ...args, '--epochs', '1', '--json', '--out', 'said', '--restart');
    expect(ran).toMatchObject({ code: 0, err: '' });
    return events(ran);
  };
  const warnings = async (...args: readonly string[]): Promise<unknown[]> =>
    (await spoken(...args)).filter(({ event }) => event === 'warning').map(({ text }) => text);

  it('names what is left out, and why', async () => {
    const options = ['--target', 'id', '--epochs', '0', '--validation', 'none'];
    const { out } = await fluxion('train', 'points.arrow', ...options);
    const [first, , ...others] = out.split('\n');
    expect(first).toBe('warning: without --out the model is not saved: it is lost when training ends');
    expect(others).toEqual([
      "left out: kind, word (it repeats the target 'id')",
      'nothing trained and nothing saved: --epochs 0 without --out',
      '',
    ]);
  });

  it('says that a result is none where the commonest class is as good', async () => {
    const rows = Array.from({ length: 400 }, (_, i) => i);
    const noise = random(3, 'noise');
    const x = floats(...rows.map((i) => noise.uniform(i)));
    save('noise.arrow', { x, c: integers(...rows.map((i) => (noise.uniform(1000 + i) < 0.1 ? 1 : 0))) });
    const options = ['--target', 'c', '--learning-rate', '1', '--hidden', '50,50', '--patience', '1'];
    expect(await warnings('noise.arrow', ...options)).toContainEqual(
      expect.stringMatching(
        /^this is no result: no better than the baseline, always '0' \(loss 0\.[\d]+\); try /,
      ),
    );
  });

  it('tells of cells that come out far from 0', async () => {
    const rows = Array.from({ length: 100 }, (_, i) => i);
    save('tame.arrow', { x: floats(...rows.map((i) => i / 7)), y: floats(...rows.map((i) => i / 3)) });
    save('wild-cell.arrow', { x: floats(1, 2, 3e9), y: floats(1, 2, 3) });
    const options = ['--target', 'y', '--validation', 'wild-cell.arrow', '--hidden', 'none'];
    expect(await warnings('tame.arrow', ...options)).toContain(
      'column x has cells beyond ±100 once encoded, which train badly; look for wrong values, or take its logarithm',
    );
  });

  it('refuses a single name: there is nothing to tell apart', async () => {
    save('one.arrow', { x: floats(0, 1), kind: vectorFromArray(['dog', 'dog'], new Utf8()) });
    expectRefusal(
      await fluxion('train', 'one.arrow', '--target', 'kind'),
      "one.arrow, column 'kind': expected names of two classes or more, got 'dog' alone; give data of other classes too",
    );
  });

  it('tells of a loss that has risen, though it is finite', async () => {
    save('line.arrow', { x: floats(1, 2, 3, 4, 5, 6, 7, 8), z: floats(2, 4, 6, 8, 10, 12, 14, 16) });
    const options = ['--target', 'z', '--hidden', 'none', '--validation', 'none', '--optimizer', 'sgd'];
    const rate = ['--learning-rate', '3', '--no-shuffle'];
    expect(await warnings('line.arrow', ...options, ...rate)).toEqual([
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
    save('unknown.arrow', { x: floats(0), y: floats(0), kind: vectorFromArray(['whale'], new Utf8()) });
    writeFileSync('ragged.csv', 'a,b\n1,2\n3\n');
    const [unknown, ragged] = await Promise.all([
      fluxion('evaluate', 'unknown.arrow', '--model', 'kinds'),
      fluxion('train', 'ragged.csv', '--target', 'b'),
    ]);
    expectRefusal(unknown, /; remove the row, or fit the encoder on data that has it\n$/);
    expectRefusal(ragged, /^fluxion train: ragged\.csv, .*line 3/);
  });
});
