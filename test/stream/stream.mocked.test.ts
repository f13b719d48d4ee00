import { statSync, truncateSync } from 'node:fs';
import { arrowFile, arrowTable, type OpenSource, type Source } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { accuracy, evaluate, examples, meanLoss, predict, type Step, train } from '@fluxion/pipeline';
import { DataError, StateError } from '@fluxion/tensor';
import { delay, take } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import { arrowFileOf, points, temporaryFolder, wideBlock } from './arrowFiles.js';

const folder = temporaryFolder();
const columns = { input: ['a', 'b'], target: 'side' };
const newModel = (hidden = 8) =>
  sequential([linear(hidden), tanh(), linear(2)], { inputShape: [2], seed: 1 });
const training = (model = newModel()) =>
  train(model, { loss: softmaxCrossEntropy(), regularizer: l2(1e-6), optimizer: sgd({ learningRate: 0.1 }) });

/** A source that tells how many of its blocks have been read, and whether it is open. */
class WatchedSource implements Source {
  readonly name: string;
  reads = 0;
  opened = 0;
  closed = 0;
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
    this.name = source.name;
  }

  async open(signal?: AbortSignal): Promise<OpenSource> {
    const inner = await this.#source.open(signal);
    this.opened++;
    return {
      schema: inner.schema,
      ...(inner.countRows && { countRows: () => inner.countRows?.() as Promise<number> }),
      read: (from, count, fields) => {
        this.reads++;
        return inner.read(from, count, fields);
      },
      close: async () => {
        await inner.close();
        this.closed++;
      },
    };
  }
}

/** How many files are open, by path: what the system has, on any system. */
const open = vi.hoisted(() => new Map<unknown, number>());
vi.mock('node:fs/promises', async (original) => {
  const files = await original<typeof import('node:fs/promises')>();
  const count = (path: unknown, change: number): unknown => open.set(path, (open.get(path) ?? 0) + change);
  return {
    ...files,
    open: async (...given: Parameters<typeof files.open>) => {
      const handle = await files.open(...given);
      const close = handle.close.bind(handle);
      count(given[0], 1);
      handle.close = () => close().then(() => void count(given[0], -1));
      return handle;
    },
  };
});

describe('backpressure', () => {
  const blockSize = 10;
  const table = points(20 * blockSize, blockSize);

  it.each([
    ['unshuffled, a block', {}, 1],
    ['shuffled, a window of three', { shuffle: { window: 30, run: 10 } }, 3],
  ])('one window is read ahead of training, never two: %s', async (_name, order, window) => {
    const source = new WatchedSource(arrowTable(table));
    const ahead: number[] = [];
    await examples(source, { ...columns, ...order, epochs: 2 })
      .pipe(training())
      .forEach(({ example }) => {
        // Blocks that have to be read for this example, when whole windows are read at a time.
        const inEpoch = ((example - 1) % 200) + 1;
        const needed = Math.min(Math.ceil(inEpoch / (window * blockSize)) * window, 20);
        ahead.push(source.reads - needed - (example > 200 ? 20 : 0));
      });
    expect(ahead).toHaveLength(400);
    expect(Math.max(...ahead)).toBeLessThanOrEqual(window);
    // There is always a next window to be begun with, also at the end of an epoch, but none in the end.
    expect(Math.min(...ahead.slice(0, 380))).toBeGreaterThanOrEqual(1);
    expect(ahead.at(-1)).toBe(0);
    expect(source.closed).toBe(1);
  });

  it('a subscriber that has had enough stops the reading', async () => {
    const source = new WatchedSource(arrowTable(table));
    await examples(source, columns)
      .pipe(training(), take(25))
      .forEach(() => {});
    // Three that were trained on, and one ahead.
    expect(source.reads).toBe(4);
  });

  it('a block that cannot be read is told when training comes to it', async () => {
    // Blocks so large that they are not read together.
    const blockSize = 2000;
    const shrinking = arrowFileOf(folder, 'shrinking.arrow', points(20 * blockSize, blockSize));
    const source = new WatchedSource(arrowFile(shrinking));
    let trained = 0;
    let reads = 0;
    const run = examples(source, columns)
      .pipe(training())
      .forEach(() => {
        if (trained === 0) truncateSync(shrinking, statSync(shrinking).size / 2);
        trained++;
        reads = source.reads;
      });
    await expect(run).rejects.toThrow('shrinking.arrow: expected');
    // It had been asked for before the last example of the block before it.
    expect(trained).toBe((reads - 1) * blockSize);
    expect(trained).toBeLessThan(20 * blockSize);
    expect(source.closed).toBe(1);
  });
});

describe('the process while training runs', () => {
  const wideColumns = Array.from({ length: 256 }, (_, i) => `x${i}`);
  const wide = arrowTable(wideBlock(65_536, wideColumns.length));
  const path = arrowFileOf(folder, 'long.arrow', points(20_000, 20_000));

  /** Turns of the event loop from now on: what came to pass until each. */
  function turns<T>(look: () => T): { readonly seen: readonly T[]; stop(): void } {
    const seen: T[] = [];
    let next = setImmediate(function turn() {
      seen.push(look());
      next = setImmediate(turn);
    });
    return { seen, stop: () => clearImmediate(next) };
  }

  it('lets the event loop turn about every 10 ms', async () => {
    let trained = 0;
    // A clock by which each example takes 0.1 ms.
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => trained / 10);
    const { seen, stop } = turns(() => trained);
    await examples(arrowFile(path), { ...columns, epochs: Number.POSITIVE_INFINITY })
      .pipe(training(), take(5000))
      .forEach(() => {
        trained++;
      });
    stop();
    clock.mockRestore();
    const between = seen.map((count, i) => count - (seen[i - 1] ?? 0));
    expect(seen.at(-1)).toBeGreaterThan(4800);
    expect(Math.max(...between)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...between)).toBeLessThan(120);
  });

  // By this clock, which never goes back, 4 ms pass from one look at it to the next.
  let time = performance.now();
  it.each([
    ['a list', { input: 'list' }],
    ['columns side by side', { input: wideColumns }],
  ])('lets it turn while a block of wide floats is taken in: %s', async (_name, input) => {
    const model = sequential([linear(2)], { inputShape: [wideColumns.length] });
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => {
      time += 4;
      return time;
    });
    const start = time;
    const { seen, stop } = turns(() => time);
    await examples(wide, { ...input, target: 'side', scale: 0.5 })
      .pipe(training(model), take(1))
      .forEach(() => {});
    stop();
    clock.mockRestore();
    // Two looks at least for each 100,000 of the 16 million numbers, and a turn every few.
    expect(seen.length).toBeGreaterThan((2 * 65_536 * (wideColumns.length / 100_000)) / 3);
    expect(Math.max(...seen.map((at, i) => at - (seen[i - 1] ?? start)))).toBeLessThan(50);
  });
});

describe('the end of a stream', () => {
  const path = arrowFileOf(folder, 'end.arrow', points(1000, 100));
  /** The system closes a file when it comes to it. */
  const closed = (): Promise<void> =>
    vi.waitFor(() => expect(open.get(path)).toBe(0), { timeout: 30_000, interval: 1 });

  it('closes the file when it is unsubscribed in the middle, and trains no more', async () => {
    let trained = 0;
    const subscription = examples(arrowFile(path), { ...columns, epochs: 1000 })
      .pipe(training())
      .subscribe(() => {
        trained++;
        if (trained === 1234) subscription.unsubscribe();
      });
    await new Promise((resolve) => subscription.add(() => resolve(undefined)));
    await closed();
    expect(trained).toBe(1234);
  });

  it('closes the file when it is unsubscribed before the first example', async () => {
    const subscription = examples(arrowFile(path), columns).pipe(training()).subscribe();
    subscription.unsubscribe();
    // The opening that was under way has to end before the file can be closed.
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    await closed();
  });

  it('closes the file before it tells the end', async () => {
    let atTheEnd: number | undefined;
    await new Promise<void>((resolve, reject) => {
      examples(arrowFile(path), columns)
        .pipe(training())
        .subscribe({
          complete: () => {
            atTheEnd = open.get(path);
            resolve();
          },
          error: reject,
        });
    });
    expect(atTheEnd).toBe(0);
  });

  it('tells an error once, with where it is, and closes the file', async () => {
    const steps: Step[] = [];
    const errors: unknown[] = [];
    await new Promise<void>((resolve) => {
      examples(arrowFile(path), columns)
        .pipe(
          train(sequential([linear(1)], { inputShape: [2] }), {
            loss: softmaxCrossEntropy(),
            optimizer: sgd({ learningRate: 0.1 }),
          }),
        )
        .subscribe({
          next: (step) => steps.push(step),
          error: (error) => {
            errors.push(error);
            resolve();
          },
        });
    });
    expect(errors).toEqual([expect.any(DataError)]);
    expect((errors[0] as Error).message).toMatch(
      /end\.arrow, row \d+, column 'side': label: expected an integer from 0 to 0, got 1; /,
    );
    await closed();
  });

  it('an exception in a consumer of forEach stops training and rejects', async () => {
    const run = examples(arrowFile(path), columns)
      .pipe(training())
      .forEach(({ example }) => {
        if (example === 150) throw new Error('enough');
      });
    await expect(run).rejects.toThrow('enough');
    await closed();
  });
});

describe('examples that are lent', () => {
  it('are refused when an operator has kept them until they were overwritten', async () => {
    const path = arrowFileOf(folder, 'lent.arrow', points(10, 10));
    const late = examples(arrowFile(path), columns).pipe(delay(5), training());
    await expect(late.forEach(() => {})).rejects.toThrow(StateError);
    await expect(late.forEach(() => {})).rejects.toThrow(
      'let no operator that delays or buffers stand before fprop',
    );
  });
});

describe('a model that learns from a file', () => {
  const path = arrowFileOf(folder, 'learn.arrow', points(4000, 256));

  it('tells the points above the line from those below, and evaluates and predicts alike', async () => {
    const model = newModel();
    await examples(arrowFile(path), { ...columns, epochs: 3, shuffle: true, seed: 1 })
      .pipe(training(model))
      .forEach(() => {});
    const metrics = { loss: meanLoss(softmaxCrossEntropy()), right: accuracy() };
    const whole = await evaluate(model, examples(arrowFile(path), { ...columns, batchSize: 100 }), metrics);
    const single = await evaluate(model, examples(arrowFile(path), columns), metrics);
    expect(whole.right).toBeGreaterThan(0.95);
    expect(single.right).toBe(whole.right);
    expect(single.loss).toBeCloseTo(whole.loss, 5);

    let right = 0;
    await examples(arrowFile(path), { ...columns, batchSize: 64 })
      .pipe(predict(model, 'softmax'))
      .forEach(({ labels, examples: { targets, size } }) => {
        for (let i = 0; i < size; i++) if (labels[i] === targets.target?.get(i)) right++;
      });
    expect(right / 4000).toBe(whole.right);
  });

  it('goes the same way every time', async () => {
    const run = async (): Promise<number[]> => {
      const losses: number[] = [];
      await examples(arrowFile(path), { ...columns, shuffle: true, seed: 5, batchSize: 7 })
        .pipe(training())
        .forEach(({ loss }) => losses.push(loss));
      return losses;
    };
    const first = await run();
    expect(first).toHaveLength(Math.ceil(4000 / 7));
    expect(await run()).toEqual(first);
  });

  it('goes on from a position exactly as if it had not stopped', async () => {
    const options = { ...columns, epochs: 2, shuffle: true, seed: 3, batchSize: 3 };
    const [whole, parts] = [newModel(), newModel()];
    const optimizer = sgd({ learningRate: 0.1 });
    const straight: number[] = [];
    await examples(arrowFile(path), options)
      .pipe(training(whole))
      .forEach(({ loss }) => straight.push(loss));

    const losses: number[] = [];
    const learn = train(parts, { loss: softmaxCrossEntropy(), regularizer: l2(1e-6), optimizer });
    let from: Step['position'];
    for (const stop of [1, 85, 86, 1333, 1334, 2000, straight.length]) {
      await examples(arrowFile(path), { ...options, from })
        .pipe(learn, take(stop - losses.length))
        .forEach(({ loss, position }) => {
          losses.push(loss);
          from = position;
        });
    }
    expect(losses).toEqual(straight);
  });
});
