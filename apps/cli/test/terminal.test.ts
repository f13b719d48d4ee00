import { readFileSync, writeFileSync } from 'node:fs';
import { saveModel } from '@fluxion/checkpoint';
import { linear, sequential } from '@fluxion/layers';
import { Float32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder, pointsFile } from './files.js';
import { events, fluxion, type Ran, runFluxion } from './fluxion.js';

const folder = enterNewFolder();

/** A name that would clear a terminal, turn its text around and begin a line. */
const EVIL = 'a\u001b[2J\u202eb\nc';
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u202e]/;
const ESCAPED = 'a\\u001b[2J\\u202eb\\u000ac';

beforeAll(async () => {
  pointsFile(folder, 'points.arrow', 200);
  const rows = Array.from({ length: 20 }, (_, i) => i);
  const floats = vectorFromArray(
    rows.map((i) => (7 * i) % 20),
    new Float32(),
  );
  const words = vectorFromArray(
    rows.map((i) => (i % 2 ? EVIL : 'plain')),
    new Utf8(),
  );
  const table = new Table({ [EVIL]: floats, word: words, [`${EVIL}2`]: words });
  writeFileSync('evil.arrow', tableToIPC(table, 'file'));
  await fluxion('train', 'evil.arrow', '--target', 'word', '--epochs', '0', '--out', 'evil');
});

describe('names with control characters', () => {
  const model = ['--model', 'evil'];
  it.each([
    ['train', ['train', 'evil.arrow', '--target', 'word']],
    ['train of an unknown column', ['train', 'evil.arrow', '--target', `${EVIL}3`]],
    ['train --debug', ['--debug', 'train', 'evil.arrow', '--target', `${EVIL}3`]],
    ['train --json', ['train', 'evil.arrow', '--target', 'word', '--json']],
    ['train of a folder', ['train', 'evil.arrow', '--target', 'word', '--epochs', '0', '--out', `${EVIL}4`]],
    ['evaluate', ['evaluate', 'evil.arrow', ...model, '--target', EVIL]],
    ['inspect', ['inspect', ...model]],
    ['inspect --json', ['inspect', ...model, '--json']],
    ['predict', ['predict', EVIL, ...model, '--out', 'x.csv']],
    ['look', ['look', 'evil.arrow']],
    ['convert to a format that there is not', ['convert', 'evil.arrow', `${EVIL}.xls`]],
    ['export', ['export', ...model, `${EVIL}.onnx`]],
    ['import', ['import', EVIL, '--out', 'x']],
    ['serve', ['serve', '--model', EVIL]],
    ['check-gradients', ['check-gradients', '--model', EVIL]],
    ['an unknown option', ['train', 'evil.arrow', `--${EVIL}`]],
    ['an unknown command', [EVIL]],
  ])('are written out by %s', async (_, args) => {
    const { out, err } = await fluxion(...args);
    expect(out + err).not.toMatch(CONTROLS);
    expect(out + err).toContain('\\u001b[2J');
  });

  it('are written out in predictions on a terminal, and are what they are in a pipe', async () => {
    const predict = ['predict', 'evil.arrow', ...model, '--out', '-'];
    expect((await runFluxion(predict, { columns: 80 })).out).not.toMatch(CONTROLS);
    expect((await fluxion(...predict)).out).toContain(EVIL);
  });

  it('are the same names in JSON', async () => {
    const ran = await fluxion('train', 'evil.arrow', '--target', 'word', '--epochs', '0', '--json');
    expect(ran.out).toContain(ESCAPED.replace('\\u000a', '\\n'));
    expect(events(ran)[0]).toMatchObject({ columns: [{ column: EVIL }, {}] });
  });
});

describe('names with markup', () => {
  it('are text on the page of a run', async () => {
    const evil = '<img src=x onerror=alert(1)>';
    const rows = Array.from({ length: 200 }, (_, i) => `${(7 * i) % 20},${i % 2 ? evil : '</script>'}`);
    writeFileSync('markup.csv', `"${evil}","<b>word"\n${rows.join('\n')}\n`);
    const options = ['--target', '<b>word', '--epochs', '1', '--out', 'markup'];
    expect(await fluxion('train', 'markup.csv', ...options)).toMatchObject({ code: 0 });
    const page = readFileSync('markup.html', 'utf8');
    expect(page).toContain('&lt;img src=x');
    expect(page).not.toMatch(/<img src=x|<b>word/);
  });
});

describe('a terminal of 60 columns', () => {
  const narrow = (...args: readonly string[]): Promise<Ran> => runFluxion(args, { columns: 60 });

  it.each([
    [
      'train',
      ['train', 'points.arrow', '--target', 'kind', '--validation', 'points.arrow', '--out', 'narrow'],
    ],
    ['evaluate', ['evaluate', 'points.arrow', '--target', 'word', '--model', 'narrow']],
    ['inspect', ['inspect', '--model', 'wide']],
    ['check-gradients', ['check-gradients']],
    ['help', ['train', '--help']],
  ])('shows no line of %s that is longer', async (_, args) => {
    const box = linear(3, { name: 'a_box_with_quite_a_long_name' });
    await saveModel('wide', sequential([box, linear(2)], { inputShape: [2] }));
    const { code, out } = await narrow(...args);
    expect(code).toBe(0);
    // What stands on the screen in the end: a line that is drawn again begins behind its erasure.
    const shown = out.split('\n').map((line) => line.slice(line.lastIndexOf('\r\u001b[K') + 1));
    for (const line of shown) expect(line.replace('\u001b[K', '').length).toBeLessThanOrEqual(60);
  });
});
