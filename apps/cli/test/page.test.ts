import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { Interruption } from '../src/host.js';
import { enterNewFolder } from './files.js';
import { fluxion, runFluxion } from './fluxion.js';

enterNewFolder();
const bin = fileURLToPath(new URL('../bin/fluxion.js', import.meta.url));
const brief = ['--epochs', '1', '--batch-size', '32'];

/** Houses whose price nothing tells, so that there are mistakes; the number of each is its street's. */
const houses = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, i) => {
    const number = from + i;
    return `${number % 2 ? '"Rome, IT"' : 'Oslo'},${number ** 2 % 83},${(number * 7919) % 997}`;
  });
const csv = (name: string, rows: readonly string[], target = 'price'): void =>
  writeFileSync(name, [`city,area,${target}`, ...rows, ''].join('\n'));

beforeAll(() => {
  csv('houses.csv', houses(0, 300));
  csv('part-1.csv', houses(0, 100));
  csv('part-2.csv', houses(100, 300));
  csv('other.csv', houses(0, 300), 'cost');
});

/** The table of the worst rows on a page. */
function mistakesOf(page: string): string {
  const html = readFileSync(page, 'utf8');
  return html.slice(html.indexOf('Its worst mistakes'));
}

describe('the page of a run', () => {
  it('shows the worst rows of standard input', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [bin, 'train', '-', '--target', 'price', '--out', 'piped', ...brief],
      { input: readFileSync('houses.csv') },
    );
    expect({ status, stderr: String(stderr) }).toEqual({ status: 0, stderr: '' });
    expect(mistakesOf('piped.html')).toContain('Rome, IT');
    expect(existsSync('piped.checkpoints')).toBe(false);
  });

  it('shows the worst rows of a table in parts as those of the whole table', async () => {
    await fluxion('train', 'houses.csv', '--target', 'price', '--out', 'whole', ...brief);
    await fluxion('train', 'part-*.csv', '--target', 'price', '--out', 'parts', ...brief);
    expect(mistakesOf('parts.html')).toBe(mistakesOf('whole.html'));
    expect(mistakesOf('whole.html')).not.toContain('&quot;Rome');
  });

  it('shows the worst rows where the target has another name than the model knows', async () => {
    const renamed = ['--model', 'whole', '--target', 'cost', '--out', 'renamed', '--epochs', '1'];
    expect(await fluxion('train', 'other.csv', ...renamed)).toMatchObject({ code: 0, err: '' });
    expect(mistakesOf('renamed.html')).toContain('Rome, IT');
  });

  it('is not spoken of where the run was stopped before it was written', async () => {
    const { code, out } = await runFluxion(
      ['train', 'houses.csv', '--target', 'price', '--out', 'stopped', '--epochs', '100000'],
      { stopWhen: (out) => (out.includes('epoch      1/') ? new Interruption(130) : undefined) },
    );
    expect(code).toBe(130);
    expect(out).toContain('saved in stopped');
    expect(out).not.toContain('report in');
    expect(existsSync('stopped.html')).toBe(false);
  });

  it('is missing with a reason where no rows are held out', async () => {
    const { out } = await fluxion(
      ...['train', 'houses.csv', '--target', 'price', '--validation', 'none', '--out', 'none', ...brief],
    );
    expect(out).toContain('no report is written: no rows are held out');
    expect(existsSync('none.html')).toBe(false);
  });

  it('that cannot be written is a warning, since the model has been saved', async () => {
    mkdirSync('taken.html');
    const { code, out } = await fluxion(
      ...['train', 'houses.csv', '--target', 'price', '--out', 'taken', ...brief],
    );
    expect(code).toBe(0);
    expect(out).toMatch(/warning: the report could not be written: EISDIR/);
    expect(out).toContain('saved in taken');
    expect(existsSync('taken.checkpoints')).toBe(false);
  });
});
