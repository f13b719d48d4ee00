import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '@fluxion/checkpoint';
import { csvFile, type Examples, fitEncoder, holdOut, type Position, restoreEncoder } from '@fluxion/data';
import { boxes, dropout, linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { accuracy } from '@fluxion/metrics';
import { adam, optimizerState, sgd } from '@fluxion/optim';
import { CheckpointError, elements, OptionError, type Saved, StateError, tensor } from '@fluxion/tensor';
import { Subject, take } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { scratchFolder } from '../../../../test/scratchFolder.js';
import { raceFresh } from '../events/raceFresh.js';
import { examples } from '../examples.js';
import { meanLoss } from '../measuring/meanLoss.js';
import { prequential } from '../measuring/prequential.js';
import { train } from '../train.js';
import { checkpoint } from './checkpoint.js';
import type { CheckpointOptions } from './checkpointOptions.js';
import { earlyStop } from './earlyStop.js';
import { keepBest } from './keepBest.js';
import type { TrainingRun } from './trainingRun.js';
import { validate } from './validate.js';

const ROWS = 40;
let folder: string;
let file: string;
let directory: string;

beforeEach(() => {
  folder = scratchFolder('fluxion-');
  file = join(folder, 'points.csv');
  directory = join(folder, 'run');
  writeFileSync(file, `x,y,kind\n${lines(0, ROWS)}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function lines(from: number, to: number): string {
  return Array.from({ length: to - from }, (_, i) => from + i)
    .map((i) => `${Math.sin(i)},${Math.cos(3 * i)},${Math.sin(i) > Math.cos(3 * i) ? 'over' : 'under'}\n`)
    .join('');
}

/** Has one event learned from, with y for 1, and gives a checkpoint time. */
async function learnOne(events: Subject<Examples>, y: number): Promise<void> {
  events.next({
    size: 1,
    inputs: { input: tensor([1], [1, 1]) },
    targets: { target: tensor([y], [1, 1]) },
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Changes {
  readonly units?: number;
  readonly seed?: number;
  readonly momentum?: number;
  readonly share?: number;
  readonly options?: CheckpointOptions;
  readonly optimizer?: TrainingRun['optimizer'];
}

/** Everything that a program has when it begins: new each time, as in a new process. */
async function program({ units = 5, seed = 3, share = 0.2, options, ...changes }: Changes = {}) {
  const source = csvFile(file);
  const rows = holdOut(share);
  const encoder = await fitEncoder(source, { target: 'kind', rows: rows.training });
  const model = sequential([linear(units), relu(), dropout(0.3), linear(2)], { encoder, seed: 1 });
  const optimizer = changes.optimizer ?? adam({ learningRate: 0.05 });
  const loss = softmaxCrossEntropy();
  const read = { encoder, rows: rows.training, epochs: 4, shuffle: true, seed, batchSize: 3 };
  const progress = prequential({ accuracy: accuracy() }, { window: 10 });
  const held = examples(source, { encoder, rows: rows.validation, batchSize: 8 });
  const validation = validate(model, held, { loss: meanLoss(loss) }, { every: 20 });
  const best = keepBest(model);
  const stop = earlyStop({ patience: 5 });
  const run = { model, optimizer, source, examples: read, parts: { progress, validation, best, stop } };
  const saving = checkpoint(directory, run, options ?? { every: { examples: 1 } });
  const learn = (from: Position | undefined, steps = Number.POSITIVE_INFINITY): Promise<void> =>
    examples(source, { ...read, from })
      .pipe(
        train(model, { loss, optimizer, prequential: progress }),
        take(steps),
        validation,
        best,
        stop,
        saving,
      )
      .forEach(() => {});
  const numbers = (): unknown => ({
    weights: [...model.parameters, ...model.states].map(({ value }) => [...elements(value)]),
    states: [
      optimizerState(optimizer, model).save(),
      progress.save(),
      validation.save(),
      best.save(),
      stop.save(),
    ].map(({ tensors }: Saved) => [...tensors].map(([name, value]) => [name, [...elements(value)]])),
  });
  return { model, saving, learn, numbers, progress, run };
}

describe('checkpoint', () => {
  it('goes on bit for bit from every step that it was cut off at', async () => {
    const straight = await program();
    await straight.learn(await straight.saving.resume());
    const expected = straight.numbers();
    for (let cut = 1; ; cut++) {
      rmSync(directory, { recursive: true });
      const first = await program();
      await first.learn(await first.saving.resume(), cut);
      const steps = optimizerState(first.run.optimizer, first.model).step;
      const second = await program();
      await second.learn(await second.saving.resume());
      expect(second.numbers(), `cut after ${cut} steps`).toEqual(expected);
      if (steps < cut) break;
    }
  });

  it('goes on bit for bit when it is cut off again and again', async () => {
    const straight = await program();
    await straight.learn(await straight.saving.resume());
    rmSync(directory, { recursive: true });
    for (let runs = 0; runs < 25; runs++) {
      const again = await program();
      await again.learn(await again.saving.resume(), 2);
    }
    const last = await program();
    await last.learn(await last.saving.resume());
    expect(last.numbers()).toEqual(straight.numbers());
  });

  it('keeps the newest checkpoints and the best, each of them a model', async () => {
    const { learn, saving, model, numbers } = await program({ options: { every: { examples: 1 }, keep: 2 } });
    await learn(await saving.resume());
    const names = readdirSync(directory).sort();
    expect([2, 3]).toContain(names.length);
    const newest = names.at(-1) as string;
    const loaded = await loadModel(join(directory, newest), { definitions: boxes, restoreEncoder });
    expect(loaded.model.parameters.map(({ value }) => value.shape)).toEqual(
      model.parameters.map(({ value }) => value.shape),
    );
    expect(numbers()).toBeDefined();
  });

  it('starts over where there is nothing yet', async () => {
    const { saving } = await program();
    expect(await saving.resume()).toBeUndefined();
  });

  it('passes over a damaged checkpoint, and tells of it', async () => {
    const told: string[] = [];
    const options = { every: { examples: 1 }, warn: (error: CheckpointError) => told.push(error.message) };
    for (let runs = 0; runs < 2; runs++) {
      const { saving, learn } = await program({ options });
      await learn(await saving.resume(), 3);
    }
    const [newest = '', before = ''] = readdirSync(directory).sort().reverse();
    const weights = join(directory, newest, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    writeFileSync(weights, bytes);
    const second = await program({ options });
    await second.saving.resume();
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(`${newest}/weights.safetensors: expected the SHA-256`);
    expect(optimizerState(second.run.optimizer, second.model).step).toBe(
      Number(before.slice('step-'.length)),
    );
  });

  it('refuses to start over where all checkpoints are damaged', async () => {
    const options = { every: { examples: 1 }, keep: 1, warn: () => {} };
    const first = await program({ options });
    await first.learn(undefined, 2);
    for (const name of readdirSync(directory)) writeFileSync(join(directory, name, 'model.json'), '{}');
    const second = await program({ options });
    await expect(second.saving.resume()).rejects.toThrow(CheckpointError);
    await expect(second.saving.resume()).rejects.toThrow('delete the directory to start over');
  });

  it.each<[string, Changes, string]>([
    ['another model', { units: 6 }, 'model boxes.linear1.units: expected 5, with which it was saved, got 6'],
    ['another order', { seed: 4 }, 'order seed: expected 3, with which it was saved, got 4'],
    ['other rows', { share: 0.3 }, 'order rows.holdOut: expected 0.2, with which it was saved, got 0.3'],
    ['another optimizer', { optimizer: sgd({ learningRate: 0.1 }) }, 'expected adam'],
  ])('refuses %s', async (_, changes, message) => {
    const first = await program();
    await first.learn(undefined, 2);
    const other = await program(changes);
    await expect(other.saving.resume()).rejects.toThrow(OptionError);
    await expect(other.saving.resume()).rejects.toThrow(message);
  });

  it('refuses a file that has changed, and goes on in one that has grown when it may', async () => {
    const first = await program();
    await first.learn(undefined, 12);
    appendFileSync(file, lines(ROWS, 2 * ROWS).replaceAll('over', 'under'));
    const grown = await program();
    await expect(grown.saving.resume()).rejects.toThrow(
      'where rows have been appended, resume with { appended: true }',
    );
    expect(await grown.saving.resume({ appended: true })).toEqual({ epoch: 1, row: 0 });
    writeFileSync(file, `x,y,kind\n${lines(1, ROWS + 1)}`);
    const changed = await program();
    await expect(changed.saving.resume()).rejects.toThrow(OptionError);
    await expect(changed.saving.resume()).rejects.toThrow(
      'points.csv: expected what it held when it was saved',
    );
  });

  it('refuses a directory that has checkpoints where nobody has gone on from them', async () => {
    const first = await program();
    await first.learn(undefined);
    const second = await program();
    await expect(second.learn(undefined)).rejects.toThrow(
      new StateError(
        `checkpoint ${directory}: expected resume() before the first step, as there are checkpoints already; call it, or name another directory`,
      ),
    );
    const third = await program();
    const from = await third.saving.resume();
    await third.learn(from);
  });

  it('takes the winner of a race for newer than what it has beaten, though it has fewer updates', async () => {
    const optimizer = sgd({ learningRate: 0.1 });
    const graph = (seed: number) => sequential([linear(1)], { inputShape: [1], seed });
    const model = graph(1);
    const options = { loss: squaredError(), optimizer, examples: 4, fresh: () => graph(2) };
    const race = raceFresh(model, options);
    const saving = checkpoint(directory, { model, optimizer, parts: { race } }, { every: { examples: 1 } });
    const events = new Subject<Examples>();
    const ended = events.pipe(race, saving).forEach(() => {});
    for (let t = 0; t < 8; t++) await learnOne(events, 1);
    // The old model has lost what it knew, and is the worse one.
    for (const parameter of model.parameters) model.assign(parameter, [50]);
    race.begin();
    for (let t = 0; t < 6; t++) await learnOne(events, 2);
    expect(optimizerState(optimizer, model).step).toBe(6);
    events.complete();
    await ended;
    const other = graph(1);
    const again = sgd({ learningRate: 0.1 });
    const resumed = checkpoint(directory, {
      model: other,
      optimizer: again,
      parts: { race: raceFresh(other, { ...options, optimizer: again }) },
    });
    await resumed.resume();
    expect(optimizerState(again, other).step).toBe(6);
    const weightsOf = ({ parameters }: typeof model) => parameters.map(({ value }) => [...elements(value)]);
    expect(weightsOf(other)).toEqual(weightsOf(model));
  });

  it('warns of a checkpoint that cannot be written, and ends the stream after three in a row', async () => {
    writeFileSync(directory, 'in the way');
    const told: string[] = [];
    const model = sequential([linear(1)], { inputShape: [1], seed: 1 });
    const optimizer = sgd({ learningRate: 0.1 });
    const options = { every: { examples: 1 }, warn: ({ message }: CheckpointError) => told.push(message) };
    const events = new Subject<Examples>();
    let failure: unknown;
    const ended = events
      .pipe(
        train(model, { loss: squaredError(), optimizer }),
        checkpoint(directory, { model, optimizer }, options),
      )
      .forEach(() => {})
      .catch((error: unknown) => {
        failure = error;
      });
    while (failure === undefined) await learnOne(events, 1);
    await ended;
    expect(failure).toBeInstanceOf(CheckpointError);
    expect(told).toHaveLength(2);
  });

  it.each<[CheckpointOptions, string]>([
    [{ every: { examples: 0 } }, 'checkpoint every.examples: expected a number above 0, got 0'],
    [{ keep: 0 }, 'checkpoint keep: expected a positive integer, got 0'],
    [{ evry: {} } as never, "did you mean 'every'"],
  ])('refuses the options %o', async (options, message) => {
    await expect(program({ options })).rejects.toThrow(OptionError);
    await expect(program({ options })).rejects.toThrow(message);
  });

  it('saves when it is time though no further event comes', async () => {
    const model = sequential([linear(1)], { inputShape: [1], seed: 1 });
    const optimizer = sgd({ learningRate: 0.1 });
    const events = new Subject<Examples>();
    const saving = checkpoint(directory, { model, optimizer }, { every: { seconds: 0.05 } });
    const ended = events.pipe(train(model, { loss: squaredError(), optimizer }), saving).forEach(() => {});
    const value = tensor([1], [1, 1]);
    for (let i = 0; i < 3; i++)
      events.next({ size: 1, inputs: { input: value }, targets: { target: value } });
    const newest = () => (existsSync(directory) ? readdirSync(directory).at(-1) : undefined);
    await vi.waitFor(() => expect(newest()).toMatch(/^step-0*3$/), { timeout: 20_000 });
    events.complete();
    await ended;
    expect(newest()).toMatch(/^step-0*3$/);
  });

  it('saves beyond the end of an epoch that no step ends with', async () => {
    const model = sequential([linear(1)], { inputShape: [1], seed: 1 });
    const optimizer = sgd({ learningRate: 0.1 });
    const events = new Subject<Examples>();
    const saving = checkpoint(directory, { model, optimizer }, { every: { epochs: 1 } });
    const ended = events.pipe(train(model, { loss: squaredError(), optimizer }), saving).forEach(() => {});
    const value = tensor([1], [1, 1]);
    let row = 0;
    const learn = (epoch: number): void =>
      events.next({
        ...{ size: 1, inputs: { input: value }, targets: { target: value } },
        position: { epoch, row: ++row },
      });
    learn(0);
    const saved = () =>
      existsSync(directory) ? readdirSync(directory).filter((name) => /^step-0*\d+$/.test(name)) : [];
    await vi.waitFor(
      () => {
        learn(1);
        expect(saved()).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
    events.complete();
    await ended;
  });
});
