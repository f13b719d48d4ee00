import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { enterNewFolder } from './files.js';
import { events, fluxion } from './fluxion.js';

const folder = enterNewFolder();

/** A GIF of one pixel of that colour. */
function gif(red: number, green: number, blue: number): Uint8Array {
  const head = [...Buffer.from('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, red, green, blue, 0, 0, 0];
  return Uint8Array.from([...head, 0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b]);
}

beforeAll(() => {
  const rows = ['picture,size,warm'];
  for (let i = 0; i < 30; i++) {
    const isWarm = i % 2 === 0;
    const path = `pictures/${isWarm ? 'warm' : 'cold'}/${i}.gif`;
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), isWarm ? gif(200 + i, 40, 3 * i) : gif(3 * i, 60, 200 + i));
    rows.push(`${path},${(i * 7) % 11},${isWarm ? 'yes' : 'no'}`);
  }
  writeFileSync(join(folder, 'pictures.csv'), `${rows.join('\n')}\n`);
  const words = ['sun', 'rain', 'wind', 'snow', 'heat', 'fog', 'and', 'then', 'some', 'more'];
  const texts = Array.from({ length: 90 }, (_, i) => {
    const text = [0, 1, 2, 3, 4]
      .map((j) => words[Math.floor(i * 7.31 * (j + 1) + i * i * 0.37) % 10])
      .join(' ');
    return `${text},${text.startsWith('sun') || text.startsWith('heat') ? 'fair' : 'foul'}`;
  });
  writeFileSync(join(folder, 'texts.csv'), `text,weather\n${texts.join('\n')}\n`);
});

async function kindsOf(model: string): Promise<unknown[]> {
  return events(await fluxion('inspect', '--model', model, '--json')).map(({ kind }) => kind);
}

describe('fluxion with pictures', () => {
  it('looks at their sizes and classes, in a folder and in a table of paths', async () => {
    const { out } = await fluxion('look', 'pictures', '--target', 'class');
    expect(out).toMatch(/^30 rows of 2 columns/);
    expect(out).toMatch(/^image +pictures +1 × 1 pixels +vector \[3072\]$/m);
    expect(out).toMatch(/^class +words +2 different +target, 2 classes$/m);
    const [look] = events(await fluxion('look', 'pictures.csv', '--json'));
    expect((look as unknown as { columns: unknown[] }).columns[0]).toMatchObject({
      ...{ column: 'picture', kind: 'pictures', pixels: { width: [1, 1], height: [1, 1] } },
    });
  });

  it('is told by its name that --image-size is for pictures', async () => {
    const texts = ['texts.csv', '--target', 'weather', '--image-size', '16'];
    expect(await fluxion('train', ...texts)).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('--image-size: expected pictures') },
    });
  });

  it('trains a convolutional network on a folder of them, evaluates it, and predicts a folder without classes', async () => {
    const options = [
      '--target',
      'class',
      '--image-size',
      '16',
      '--epochs',
      '20',
      '--out',
      'colours',
      '--json',
    ];
    const found = events(await fluxion('train', 'pictures', ...options));
    expect(found.at(-1)).toMatchObject({ event: 'summary' });
    expect(await kindsOf('colours')).toContain('conv2d');
    const measured = events(await fluxion('evaluate', 'pictures', '--model', 'colours', '--json'));
    expect(measured.at(-1)?.accuracy).toBe(1);
    const predicted = await fluxion('predict', 'pictures/warm', '--model', 'colours', '--out', 'warm.csv');
    expect(predicted).toMatchObject({ code: 0, out: '15 predictions in warm.csv\n' });
  });

  it('leaves damaged pictures out where it is told to', async () => {
    cpSync('pictures', 'damaged', { recursive: true });
    writeFileSync('damaged/warm/4.gif', 'no picture');
    const options = ['--target', 'class', '--epochs', '1', '--out', 'rest', '--json'];
    const refused = await fluxion('train', 'damaged', ...options);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('warm/4.gif');
    const skip = ['--on-bad-row', 'skip', '--max-bad-share', '0.1'];
    const found = await fluxion('train', 'damaged', ...options, ...skip);
    expect(found.code).toBe(0);
    expect(events(found)).toContainEqual(
      expect.objectContaining({ text: 'rows left out, since they cannot be used: 1' }),
    );
  });

  it('takes a column of their paths beside other columns', async () => {
    const options = ['--target', 'warm', '--image-size', '16', '--epochs', '20', '--out', 'table', '--quiet'];
    expect(await fluxion('train', 'pictures.csv', ...options)).toEqual({ code: 0, out: '', err: '' });
    const kinds = await kindsOf('table');
    expect(kinds).toContain('conv2d');
    expect(kinds).toContain('slice');
    const measured = events(await fluxion('evaluate', 'pictures.csv', '--model', 'table', '--json'));
    expect(measured.at(-1)?.accuracy).toBe(1);
  });
});

describe('fluxion train --network', () => {
  it.each([
    ['conv', ['embedding', 'conv1d', 'relu', 'maxAxis']],
    ['rnn', ['embedding', 'gru']],
    ['transformer', ['embedding', 'learnedPositions', 'layerNorm', 'multiHeadAttention']],
  ])('reads texts by %s', async (network, expected) => {
    const options = [
      '--target',
      'weather',
      '--network',
      network,
      '--epochs',
      '1',
      '--out',
      network,
      '--quiet',
    ];
    expect(await fluxion('train', 'texts.csv', ...options)).toEqual({ code: 0, out: '', err: '' });
    expect((await kindsOf(network)).slice(0, expected.length)).toEqual(expected);
  });

  it('reads by the boxes of a file', async () => {
    writeFileSync(join(folder, 'net.json'), '[{"kind":"embedding","width":4},{"kind":"lstm","units":3}]');
    const options = [
      '--target',
      'weather',
      '--network',
      'net.json',
      '--epochs',
      '1',
      '--out',
      'own',
      '--quiet',
    ];
    expect(await fluxion('train', 'texts.csv', ...options)).toEqual({ code: 0, out: '', err: '' });
    expect(await kindsOf('own')).toEqual(['embedding', 'lstm', 'linear', undefined]);
  });

  it('refuses what is no network, and a table without anything to read', async () => {
    const train = (...options: string[]) => fluxion('train', ...options);
    const other = await train('texts.csv', '--target', 'weather', '--network', 'cnn');
    expect(other).toMatchObject({ code: 2 });
    expect(other.err).toContain('Expected conv, rnn, transformer, or a file that ends in .json');
    writeFileSync(join(folder, 'none.json'), '{"kind":"relu"}');
    expect((await train('texts.csv', '--target', 'weather', '--network', 'none.json')).err).toContain(
      'Expected a list of boxes',
    );
    writeFileSync(join(folder, 'numbers.csv'), 'x,y\n1,2.5\n2,1.5\n3,0.5\n');
    expect((await train('numbers.csv', '--target', 'y', '--network', 'rnn')).err).toContain(
      '--network rnn: expected a column of pictures, texts or lists to read, got numbers and words alone',
    );
  });
});
