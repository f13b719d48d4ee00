import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fingerprint } from '../src/training/fingerprint.js';
import { newFolder, pointsFile } from './files.js';
import { type Event, events, start } from './fluxion.js';

const folder = newFolder();
const forever = ['train', 'points.arrow', '--input', 'x', 'y', '--target', 'kind', '--epochs', '100000000'];

beforeAll(() => {
  pointsFile(folder, 'points.arrow', 2000);
  pointsFile(folder, 'fewer.arrow', 500);
  for (const [i, shard] of ['shard1.arrow', 'shard2.arrow'].entries()) {
    pointsFile(folder, shard, 2000, i);
    const numbers = tableFromIPC(readFileSync(join(folder, shard))).select(['x', 'y', 'price']);
    writeFileSync(join(folder, shard), tableToIPC(numbers, 'file'));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

function epochsOf(model: string): number {
  return JSON.parse(readFileSync(join(folder, model, 'model.json'), 'utf8')).about.epochs;
}

describe.concurrent('stopping fluxion train', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends cleanly on %s, saves what it has and sums it up', async (signal, code) => {
    const run = start(folder, [...forever, '--json', '--out', signal]);
    await run.lines(3);
    run.kill(signal);
    const ran = await run.ended;
    expect([ran.code, ran.err]).toEqual([code, '']);
    const found = events(ran);
    const summary = found.at(-1);
    const epochs = found.filter(({ event }) => event === 'epoch').length;
    expect(summary).toMatchObject({ event: 'summary', epochs, out: signal, stopped: true });
    expect(summary?.examples).toBeGreaterThanOrEqual(2000 * epochs);
    expect(epochsOf(signal)).toBe(epochs);
  });

  it('goes on after SIGHUP where there is no terminal, as under nohup', async () => {
    const run = start(folder, [...forever, '--json', '--out', 'nohup']);
    await run.lines(2);
    run.kill('SIGHUP');
    run.kill('SIGINT');
    const ran = await run.ended;
    expect([ran.code, ran.err]).toEqual([130, '']);
    expect(events(ran).at(-1)).toMatchObject({ event: 'summary', out: 'nohup', stopped: true });
  });

  it('goes on from there as if it had not been stopped', async () => {
    const stopped = start(folder, [...forever, '--momentum', '0.9', '--json', '--out', 'stopped']);
    await stopped.lines(2);
    stopped.kill('SIGINT');
    const before = events(await stopped.ended).at(-1) as Event & { examples: number; epochs: number };
    const [, , ...options] = forever.slice(0, -1);
    const whole = start(folder, [
      ...['train', 'points.arrow', ...options, `${before.epochs + 1}`],
      ...['--momentum', '0.9', '--json', '--out', 'whole'],
    ]);
    await whole.ended;
    const rest = [
      'train',
      'points.arrow',
      '--target',
      'kind',
      '--momentum',
      '0.9',
      '--epochs',
      '1',
      '--json',
    ];
    const [, resume, epoch] = events(
      await start(folder, [...rest, '--model', 'stopped', '--out', 'stopped']).ended,
    );
    expect(resume).toEqual({
      ...{ event: 'resume', epochs: before.epochs, updates: before.examples },
      ...{ block: 0, row: before.examples - 2000 * before.epochs },
    });
    expect(epoch?.examples).toBe(2000 * (before.epochs + 1) - before.examples);
    for (const file of ['weights.safetensors', 'optimizer.safetensors', 'model.json']) {
      const [gone, straight] = ['stopped', 'whole'].map((model) => readFileSync(join(folder, model, file)));
      expect(gone?.equals(straight ?? Buffer.of()), file).toBe(true);
    }
  });

  it('begins the epoch again in other data or another order', async () => {
    const stopped = start(folder, [...forever, '--json', '--out', 'elsewhere']);
    await stopped.lines(2);
    stopped.kill('SIGINT');
    await stopped.ended;
    const rest = ['--target', 'kind', '--model', 'elsewhere', '--epochs', '1', '--json'];
    for (const args of [['points.arrow', '--no-shuffle'], ['points.arrow', '--seed', '9'], ['fewer.arrow']]) {
      const [, resume, epoch] = events(await start(folder, ['train', ...args, ...rest]).ended);
      expect(resume).toMatchObject({ block: 0, row: 0 });
      expect(epoch?.examples).toBe(args[0] === 'fewer.arrow' ? 500 : 2000);
    }
  });

  it('goes on in a copy of the file and says where, and begins the epoch again in a shard of its size', async () => {
    const columns = ['--input', 'x', 'y', '--target', 'price', '--epochs', '1'];
    await start(folder, ['train', 'shard1.arrow', ...columns, '--out', 'moved']).ended;
    const path = join(folder, 'moved', 'model.json');
    const json = JSON.parse(readFileSync(path, 'utf8'));
    const file = await fingerprint(join(folder, 'shard1.arrow'));
    const stopped = { block: 0, row: 1500, shuffle: true, file };
    writeFileSync(path, JSON.stringify({ ...json, about: { ...json.about, stopped } }));
    copyFileSync(join(folder, 'shard1.arrow'), join(folder, 'copy.arrow'));
    const [size, sameSize] = ['shard1.arrow', 'shard2.arrow'].map(
      (name) => statSync(join(folder, name)).size,
    );
    expect(sameSize).toBe(size);
    const goOn = async (data: string): Promise<string> =>
      (await start(folder, ['train', data, ...columns, '--model', 'moved']).ended).out;
    const copied = await goOn('copy.arrow');
    expect(copied).toContain(
      '\ngoes on in the middle of epoch 2, after row 1,500 of block 0 and 2,000 updates\n',
    );
    expect(copied).toContain('  500 examples in ');
    const other = await goOn('shard2.arrow');
    expect(other).toContain('\ngoes on after 1 epoch and 2,000 updates\n');
    expect(other).toContain('  2,000 examples in ');
  });

  it('says where it stopped, in words', async () => {
    const run = start(folder, [...forever, '--out', 'words']);
    await run.lines(2);
    run.kill('SIGINT');
    expect((await run.ended).out).toMatch(
      /\nstopped in epoch \d+ of 100000000, after [\d,]+ examples\nsaved in words\n$/,
    );
  });

  it('ends quietly, and saves, when nobody reads its output any more', async () => {
    const run = start(folder, [...forever, '--json', '--out', 'unread']);
    await run.lines(2);
    run.stopReading();
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
    expect(epochsOf('unread')).toBeGreaterThan(0);
  });

  it('saves nothing without --out', async () => {
    const before = readdirSync(folder);
    const run = start(folder, forever);
    await run.lines(2);
    run.kill('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect(readdirSync(folder).filter((name) => !before.includes(name) && name.startsWith('train'))).toEqual(
      [],
    );
    expect(existsSync(join(folder, 'undefined'))).toBe(false);
  });
});

describe('interruptible', () => {
  const module = JSON.stringify(new URL('../dist/interruption.js', import.meta.url).href);
  const stubborn = `
    import { interruptible } from ${module};
    await interruptible(async (signal) => {
      signal.addEventListener('abort', () => console.log('asked'));
      setInterval(() => {}, 1000);
      console.log('begun');
      await new Promise(() => {});
    });`;
  const begin = async (program: string): Promise<ChildProcessWithoutNullStreams> => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
    await once(child.stdout, 'data');
    return child;
  };

  it('ends the process at once when it is asked a second time', async () => {
    const child = await begin(stubborn);
    child.kill('SIGINT');
    const [answer] = await once(child.stdout, 'data');
    expect(String(answer)).toBe('asked\n');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
  });

  it.each(['stdout', 'stderr'])('asks when the terminal of %s is closed', async (output) => {
    const child = await begin(`process.${output}.isTTY = true; ${stubborn}`);
    child.kill('SIGHUP');
    const [answer] = await once(child.stdout, 'data');
    expect(String(answer)).toBe('asked\n');
    child.kill('SIGHUP');
    expect(await once(child, 'exit')).toEqual([129, null]);
  });
});
