import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { Interruption } from '../src/host.js';
import { enterNewFolder } from './files.js';
import { type Event, events, fluxion, type Ran, runFluxion } from './fluxion.js';

enterNewFolder();

const lines = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, i) => from + i)
    .map((i) => `${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i) > Math.cos(3 * i) ? 'over' : 'under'}\n`)
    .join('');
beforeEach(() => writeFileSync('points.csv', `x,y,kind\n${lines(0, 400)}`));

const command = (out: string, ...options: readonly string[]): readonly string[] => [
  ...['train', 'points.csv', '--target', 'kind', '--hidden', '8', '--epochs', '6', '--batch-size', '4'],
  ...['--no-report', '--out', out, ...options],
];

/** Trains until the end of an epoch is told, and is stopped in that moment: it is the next one's to do again. */
const stoppedAfter = (epoch: number, args: readonly string[]): Promise<Ran> =>
  runFluxion([...args, '--json'], {
    stopWhen: (out) =>
      out.includes(`"event":"epoch","epoch":${epoch},`) ? new Interruption(130) : undefined,
  });

const weightsOf = (model: string): string => readFileSync(`${model}/weights.safetensors`, 'base64');
const eventOf = (ran: Ran, name: string): Event | undefined =>
  events(ran).find(({ event }) => event === name);

describe('the same fluxion train again', () => {
  it('goes on where it was stopped, says so, and comes to the same model, figures and page', async () => {
    await fluxion(...command('whole'));
    const whole = await fluxion(...command('told', '--json'));
    expect((await stoppedAfter(2, command('parts'))).code).toBe(130);
    expect(existsSync('parts.checkpoints')).toBe(true);
    const again = await stoppedAfter(4, command('parts'));
    expect(eventOf(again, 'resume')).toMatchObject({ epochs: 1, row: 0 });
    const { code, out } = await fluxion(...command('parts'));
    expect(code).toBe(0);
    expect(out).toMatch(/\ngoes on after [23] epochs and \d+ updates\nepoch [34]\/6 /);
    expect(weightsOf('parts')).toBe(weightsOf('whole'));
    expect(readFileSync('parts/model.json', 'utf8')).toBe(readFileSync('whole/model.json', 'utf8'));
    const result = out.slice(out.indexOf('kept epoch')).replaceAll('parts', 'told');
    const summary = eventOf(whole, 'summary');
    expect(result).toContain(`kept epoch ${summary?.bestEpoch}, `);
    expect(readdirSync('.')).not.toContain('parts.checkpoints');
  });

  it('counts examples, figures and baseline as if it had not been stopped', async () => {
    const whole = await fluxion(...command('one', '--json'));
    await stoppedAfter(3, command('two'));
    const rest = await fluxion(...command('two', '--json'));
    const summary = (ran: Ran) => ({ ...eventOf(ran, 'summary'), out: '' });
    expect(summary(rest)).toEqual(summary(whole));
    const last = (ran: Ran) => {
      const { seconds, examplesPerSecond, ...figures } = events(ran)
        .filter(({ event }) => event === 'epoch')
        .at(-1) as Event;
      return figures;
    };
    expect(last(rest)).toEqual(last(whole));
  });

  it('tells with --progressive after 1, 2, 4, … examples how well they were predicted, stopped or not', async () => {
    const told = (ran: Ran) => events(ran).filter(({ event }) => event === 'progressive');
    const whole = told(await fluxion(...command('told1', '--progressive', '--json')));
    // Minibatches are of 4, and the rows that are trained on 351.
    expect(whole.map(({ examples }) => examples)).toEqual([4, 8, 16, 32, 64, 128, 256, 515, 1026, 2051]);
    const first = told(await stoppedAfter(3, command('told2', '--progressive')));
    const rest = told(await fluxion(...command('told2', '--progressive', '--json')));
    expect([...first, ...rest].at(-1)).toEqual(whole.at(-1));
    const { out } = await fluxion(...command('told3', '--progressive'));
    expect(out).toMatch(/\n +256 examples {2}loss [\d.]+, accuracy [\d.]+ %\n/);
    expect(out).toMatch(/\n +1,026 examples {2}loss .* last 1,000: loss [\d.]+, accuracy [\d.]+ %\n/);
  });

  it('says of a run that has come to its end that it is finished', async () => {
    await fluxion(...command('done'));
    const before = weightsOf('done');
    expect(await fluxion(...command('done'))).toEqual({
      code: 0,
      err: '',
      out: 'done is finished: the same options on the same data. Train on with --model done, or start over with --restart\n',
    });
    expect(events(await fluxion(...command('done', '--json')))).toEqual([{ event: 'finished', out: 'done' }]);
    expect(weightsOf('done')).toBe(before);
    const { code, out } = await fluxion(...command('done', '--restart'));
    expect([code, out.includes('goes on')]).toEqual([0, false]);
    expect(weightsOf('done')).toBe(before);
  });

  it.each([
    ['another network', ['--hidden', '9'], 'expected --hidden 8, with which it was begun, got --hidden 9'],
    ['another seed', ['--seed', '2'], 'expected no --seed, with which it was begun, got --seed 2'],
    [
      'another order',
      ['--no-shuffle'],
      'expected no --no-shuffle, with which it was begun, got --no-shuffle',
    ],
    ['other columns', ['--input', 'x'], 'expected no --input, with which it was begun, got --input x'],
  ])('refuses %s, stopped or finished, and says what to do', async (_, other, text) => {
    rmSync('differs', { recursive: true, force: true });
    await stoppedAfter(2, command('differs', '--restart'));
    for (const finish of [false, true]) {
      if (finish) await fluxion(...command('differs'));
      const { code, err } = await fluxion(...command('differs', ...other));
      expect(code).toBe(2);
      expect(err).toContain(
        `differs: ${text}; give what it was begun with to go on, --restart to start over, or another --out`,
      );
    }
  });

  it('refuses other data, and goes on in rows that were appended where that is said', async () => {
    await stoppedAfter(2, command('data'));
    writeFileSync('points.csv', `x,y,kind\n${lines(1, 401)}`);
    const other = await fluxion(...command('data'));
    expect(other.err).toContain('data: file points.csv: expected what it held when it was saved');
    writeFileSync('points.csv', `x,y,kind\n${lines(0, 400)}`);
    appendFileSync('points.csv', lines(400, 600));
    const grown = await fluxion(...command('data'));
    expect(grown.err).toContain(
      'points.csv: expected the rows with which it was saved, got more (--appended',
    );
    const { code, out } = await fluxion(...command('data', '--appended'));
    expect(code).toBe(0);
    expect(out).toContain('goes on after 1 epoch and');
    writeFileSync('points.csv', `x,y,kind\n${lines(0, 400)}`);
    expect((await fluxion(...command('data'))).err).toContain('expected the data with which it was trained');
  });

  it('names a damaged checkpoint and goes on from the one before it', async () => {
    await stoppedAfter(2, command('damaged'));
    await stoppedAfter(4, command('damaged'));
    const [newest = ''] = readdirSync('damaged.checkpoints').sort().reverse();
    const weights = `damaged.checkpoints/${newest}/weights.safetensors`;
    writeFileSync(weights, readFileSync(weights).subarray(0, -1));
    const ran = await fluxion(...command('damaged', '--json'));
    expect(eventOf(ran, 'warning')?.text).toContain(`${newest}/weights.safetensors: expected the SHA-256`);
    expect(eventOf(ran, 'resume')).toBeDefined();
    expect(weightsOf('damaged')).toBe(weightsOf('whole'));
  });

  it('with --model of the same folder trains on, and goes on where that was stopped', async () => {
    await fluxion(...command('on'));
    const on = ['train', 'points.csv', '--model', 'on', '--batch-size', '4', '--epochs', '4', '--out', 'on'];
    await stoppedAfter(2, on);
    const rest = await fluxion(...on, '--json');
    expect(eventOf(rest, 'resume')).toMatchObject({ epochs: 7 });
    expect(eventOf(rest, 'summary')).toMatchObject({ epochs: 4 });
    const more = await fluxion(...on, '--json');
    expect(eventOf(more, 'resume')).toMatchObject({ epochs: 10 });
  });
});
