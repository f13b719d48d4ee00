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
import { tableFromIPC, tableToIPC } from 'apache-arrow';
import { beforeAll, describe, expect, it } from 'vitest';
import { Interruption } from '../src/host.js';
import { enterNewFolder, pointsFile } from './files.js';
import { type Event, events, fluxion, runFluxion } from './fluxion.js';
import { crowded, spawnFluxion, unwritable } from './spawnFluxion.js';

const folder = enterNewFolder();
const plain = ['--validation', 'none', '--optimizer', 'sgd'];
const columns = ['--input', 'x', 'y', '--target', 'kind'];
const forever = ['train', 'points.arrow', ...columns, ...plain, '--epochs', '100000000'];
const stopped = new Interruption(130);

beforeAll(() => {
  pointsFile(folder, 'points.arrow', 2000);
  pointsFile(folder, 'fewer.arrow', 500);
  for (const [i, shard] of ['shard1.arrow', 'shard2.arrow'].entries()) {
    pointsFile(folder, shard, 2000, i);
    const numbers = tableFromIPC(readFileSync(shard)).select(['x', 'y', 'price']);
    writeFileSync(shard, tableToIPC(numbers, 'file'));
  }
});

function aboutOf(model: string): { epochs: number; stopped?: unknown } {
  return JSON.parse(readFileSync(`${model}/model.json`, 'utf8')).about;
}

/** Trains until there are so many lines of output, then stops. */
const stoppedAfter = (lines: number, ...args: readonly string[]) =>
  runFluxion([...forever, ...args], {
    stopWhen: (out) => (out.split('\n').length > lines ? stopped : undefined),
  });

describe('fluxion in a process of its own', () => {
  it.each([
    [1, ['train', 'nothing.arrow', '--target', 'kind']],
    [2, ['trian']],
  ])('ends with exit code %i', async (code, args) => {
    expect(await spawnFluxion(args).ended).toMatchObject({ code });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends cleanly on %s, saves what it has and sums it up', async (signal, code) => {
    const run = spawnFluxion([...forever, '--json', '--out', signal]);
    await run.lines(3);
    run.kill(signal);
    const ran = await run.ended;
    expect([ran.code, ran.err]).toEqual([code, '']);
    const found = events(ran);
    const summary = found.at(-1);
    const epochs = found.filter(({ event }) => event === 'epoch').length;
    expect(summary).toMatchObject({ event: 'summary', epochs, out: signal, stopped: true });
    expect(summary?.examples).toBeGreaterThanOrEqual(2000 * epochs);
    expect(aboutOf(signal).epochs).toBe(epochs);
  });

  it('says so where the system lets it open too few files', async () => {
    const { code, out, err } = await crowded(40, '--version');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /^fluxion: cannot open its own files \(EMFILE: .*\); allow more to be open, as by ulimit -n 1024\n$/,
    );
  });

  it('goes on after SIGHUP where there is no terminal, as under nohup', async () => {
    const run = spawnFluxion([...forever, '--json', '--out', 'nohup']);
    await run.lines(2);
    run.kill('SIGHUP');
    run.kill('SIGINT');
    const ran = await run.ended;
    expect([ran.code, ran.err]).toEqual([130, '']);
    expect(events(ran).at(-1)).toMatchObject({ event: 'summary', out: 'nohup', stopped: true });
  });

  it('trains to its end and saves, when nobody reads its output any more', async () => {
    const options = [...columns, ...plain, '--epochs', '20', '--out', 'unread'];
    const run = spawnFluxion(['train', 'points.arrow', ...options]);
    await run.lines(2);
    run.stopReading();
    expect(await run.ended).toMatchObject({ code: 0, err: '' });
    expect(aboutOf('unread').epochs).toBe(20);
  });

  it('stops when nobody reads its output and it has nothing to save', async () => {
    const run = spawnFluxion(forever);
    await run.lines(2);
    run.stopReading();
    expect(await run.ended).toMatchObject({ code: 141, err: '' });
  });

  it('says in one sentence that its output cannot be written', async () => {
    const { code, err } = await unwritable('train', 'points.arrow', '--target', 'id', '--epochs', '1');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^fluxion: stdout: cannot be written \(E[A-Z]+: .*\); make room, or send it elsewhere\n$/,
    );
  });
});

describe('fluxion train that was stopped', () => {
  it('goes on from there as if it had not been stopped', async () => {
    // On a terminal a line shows how far the epoch is: the run stops in the middle of one.
    const { code } = await runFluxion([...forever, '--momentum', '0.9', '--out', 'stopped'], {
      columns: 80,
      stopWhen: (out) =>
        /epoch +1\/[^\n]*\n[^\n]*\r[^\r\n]* [1-9]\d? %[^\r\n]*$/.test(out) ? stopped : undefined,
    });
    expect(code).toBe(130);
    const { epochs, stopped: place } = aboutOf('stopped') as { epochs: number; stopped: { row: number } };
    expect(place.row).toBeGreaterThan(0);
    await fluxion(
      ...[...forever.slice(0, -1), `${epochs + 1}`],
      ...['--momentum', '0.9', '--json', '--out', 'whole'],
    );
    const rest = ['train', 'points.arrow', '--optimizer', 'sgd', '--momentum', '0.9', '--epochs', '1'];
    const [, resume, epoch] = events(
      await fluxion(...rest, '--json', '--model', 'stopped', '--out', 'stopped'),
    ) as [unknown, Event, Event];
    const updates = 2000 * epochs + place.row;
    expect(resume).toEqual({ event: 'resume', epochs, updates, row: place.row });
    expect(epoch.examples).toBe(2000 - place.row);
    for (const file of ['weights.safetensors', 'training.safetensors']) {
      const [gone, straight] = ['stopped', 'whole'].map((model) => readFileSync(`${model}/${file}`));
      expect(gone?.equals(straight ?? Buffer.of()), file).toBe(true);
    }
    const [gone, straight] = ['stopped', 'whole'].map((model) => ({
      ...aboutOf(model),
      finished: undefined,
    }));
    expect(gone).toEqual(straight);
  });

  it('begins the epoch again in other data or another order', async () => {
    await stoppedAfter(2, '--json', '--out', 'elsewhere');
    const rest = ['--model', 'elsewhere', '--epochs', '1', '--json', '--out', 'again', '--restart'];
    for (const args of [['points.arrow', '--no-shuffle'], ['points.arrow', '--seed', '9'], ['fewer.arrow']]) {
      const [, resume, epoch] = events(await fluxion('train', ...args, ...rest));
      expect(resume).toMatchObject({ row: 0 });
      expect(epoch?.examples).toBe(args[0] === 'fewer.arrow' ? 500 : 2000);
    }
  });

  it('goes on in a copy of the file and says where, and begins the epoch again in a shard of its size', async () => {
    const options = [...plain, '--epochs', '1'];
    const price = ['--input', 'x', 'y', '--target', 'price'];
    await fluxion('train', 'shard1.arrow', ...price, ...options, '--out', 'moved');
    const json = JSON.parse(readFileSync('moved/model.json', 'utf8'));
    const place = { row: 1500, run: json.about.finished.run };
    writeFileSync('moved/model.json', JSON.stringify({ ...json, about: { ...json.about, stopped: place } }));
    rmSync('moved/manifest.json');
    copyFileSync('shard1.arrow', 'copy.arrow');
    const [size, sameSize] = ['shard1.arrow', 'shard2.arrow'].map((name) => statSync(name).size);
    expect(sameSize).toBe(size);
    const goOn = async (data: string): Promise<string> =>
      (await fluxion('train', data, ...options, '--model', 'moved')).out;
    const copied = await goOn('copy.arrow');
    expect(copied).toContain('\ngoes on in the middle of epoch 2, after example 1,500 and 2,000 updates\n');
    expect(copied).toContain('  500 examples in ');
    const other = await goOn('shard2.arrow');
    expect(other).toContain('\ngoes on after 1 epoch and 2,000 updates\n');
    expect(other).toContain('  2,000 examples in ');
  });

  it('says where it stopped, in words', async () => {
    const { code, out } = await stoppedAfter(2, '--out', 'words');
    expect(code).toBe(130);
    expect(out).toMatch(/\nstopped in epoch \d+ of 100000000, after [\d,]+ examples\nsaved in words\n$/);
  });

  it('saves nothing without --out', async () => {
    const before = readdirSync('.');
    const { code } = await stoppedAfter(2);
    expect(code).toBe(130);
    expect(readdirSync('.')).toEqual(before);
    expect(existsSync('undefined')).toBe(false);
  });
});

describe('processHost', () => {
  const module = JSON.stringify(new URL('../dist/processHost.js', import.meta.url).href);
  const stubborn = `
    import { processHost } from ${module};
    await processHost().interruptible(async (signal) => {
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
