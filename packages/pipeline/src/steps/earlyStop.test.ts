import { OptionError } from '@fluxion/tensor';
import { Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { type EarlyStopOptions, earlyStop } from './earlyStop.js';

interface Step {
  readonly validation?: Readonly<Record<string, unknown>>;
}

const steps: Readonly<Record<string, Step>> = {
  s: {},
  ...Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [String(i), { validation: { loss: i, accuracy: 1 - i / 10 } }]),
  ),
  n: { validation: { loss: Number.NaN } },
};

/** Runs marbles in virtual time: s is a step, a digit one whose loss is that digit, n one whose loss is NaN. */
function expectStream(options: EarlyStopOptions, given: string, expected: string): void {
  new TestScheduler((actual, wanted) => expect(actual).toEqual(wanted)).run(
    ({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold(given, steps);
      expectObservable(source.pipe(earlyStop(options))).toBe(expected, steps);
      const end = expected.search(/[(|#]/);
      expectSubscriptions(source.subscriptions).toBe(end === 0 ? '(^!)' : `^${'-'.repeat(end - 1)}!`);
    },
  );
}

describe('earlyStop', () => {
  it('ends the stream with the step that used up the patience', () => {
    expectStream({ patience: 2 }, 's5s4s6s5s3s|', 's5s4s6s(5|)');
  });

  it('starts to count again with each new best one', () => {
    expectStream({ patience: 2 }, '5-6-4-5-3-4-4-2-|', '5-6-4-5-3-4-(4|)');
  });

  it('lets a stream end by itself, fail, or pass without validation', () => {
    expectStream({ patience: 1 }, 's-5-4-3-|', 's-5-4-3-|');
    expectStream({ patience: 1 }, 's-5-#', 's-5-#');
    expectStream({ patience: 1 }, 'ssss|', 'ssss|');
    expectStream({ patience: 1 }, '|', '|');
  });

  it('counts what is no number as no better', () => {
    expectStream({ patience: 2 }, 'n-n-5', 'n-(n|)');
    expectStream({ patience: 2 }, '5-n-4-n-n', '5-n-4-n-(n|)');
  });

  it('takes larger values for better where told so', () => {
    const options = { patience: 1, metric: 'accuracy', mode: 'max' } as const;
    expectStream(options, '5-3-4-2', '5-3-(4|)');
  });

  it('takes nothing for better that differs by no more than minDelta', () => {
    expectStream({ patience: 2, minDelta: 2 }, '9-8-7', '9-8-(7|)');
  });

  it('goes on from what was saved', () => {
    const losses = [5, 4, 6, 3, 4, 5, 6];
    for (let stop = 0; stop < losses.length; stop++) {
      const seen: number[] = [];
      const first = earlyStop({ patience: 3 });
      feed(first, losses.slice(0, stop), seen);
      const second = earlyStop({ patience: 3 });
      second.restore(first.save());
      expect(feed(second, [...losses.slice(stop), 1], seen)).toBe('ended');
      expect(seen).toEqual(losses);
    }
  });

  it('refuses what was saved under other options', () => {
    const saved = earlyStop({ patience: 3 }).save();
    expect(() => earlyStop({ patience: 4 }).restore(saved)).toThrow(OptionError);
  });

  it('goes on from what was saved under the first names of its options', () => {
    const first = earlyStop({ patience: 3, mode: 'max', metric: 'accuracy', minDelta: 0.5 });
    feed(first, [5, 4, 6], []);
    const { options, ...saved } = first.save();
    const { metric, patience } = options as unknown as Record<string, string>;
    const old = { metric, goal: 'largest', threshold: 0.5, patience } as unknown as typeof options;
    const second = earlyStop({ patience: 3, mode: 'max', metric: 'accuracy', minDelta: 0.5 });
    second.restore({ ...saved, options: old });
    expect(second.save()).toEqual(first.save());
  });

  it.each<[string, EarlyStopOptions]>([
    ['patience: expected a positive integer, got undefined; give one, as 5', undefined as never],
    ['patience: expected a positive integer, got 0; give one, as 5', { patience: 0 }],
    [
      "mode: expected min or max, got 'largest'; name one of these",
      { patience: 1, mode: 'largest' as never },
    ],
    ['minDelta: expected a number from 0, got -1; give one, as 0.001', { patience: 1, minDelta: -1 }],
  ])('refuses %s', (message, options) => {
    expect(() => earlyStop(options)).toThrow(new OptionError(`earlyStop ${message}`));
  });

  it.each([
    ['los', "got only loss, accuracy; did you mean 'loss'?"],
    ['rmse', "got only loss, accuracy; name one, as earlyStop({ patience: 1, metric: 'loss' })"],
  ])('refuses a figure that is not in the validation: %s', (metric, rest) => {
    const seen: number[] = [];
    expect(feed(earlyStop({ patience: 1, metric }), [1], seen)).toEqual(
      new OptionError(`earlyStop metric: expected a figure '${metric}' in the validation, ${rest}`),
    );
  });
});

/** Sends steps of such losses, and says how the stream ended. */
function feed(operator: ReturnType<typeof earlyStop>, losses: readonly number[], seen: number[]): unknown {
  const source = new Subject<Step>();
  let end: unknown;
  source.pipe(operator).subscribe({
    next: ({ validation }) => seen.push(validation?.loss as number),
    error: (error) => {
      end = error;
    },
    complete: () => {
      end = 'ended';
    },
  });
  for (const loss of losses) source.next(steps[String(loss)] as Step);
  return end;
}
