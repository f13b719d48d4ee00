import { onlineEncoder, standardize } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { StateError } from '@fluxion/tensor';
import {
  bufferCount,
  concatMap,
  delay,
  from,
  lastValueFrom,
  of,
  retry,
  Subject,
  share,
  switchMap,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { bprop } from '../bprop.js';
import { encode, type Row } from '../encode.js';
import { fprop } from '../fprop.js';
import { train } from '../train.js';
import { update } from '../update.js';

const rows: readonly Row[] = Array.from({ length: 20 }, (_, i) => ({ x: Math.sin(i), y: Math.cos(i) }));
const loss = squaredError();

function learner() {
  const encoder = onlineEncoder({ columns: { x: standardize() }, target: { y: { mean: 0, deviation: 1 } } });
  const model = sequential([linear(1)], { encoder, seed: 1 });
  const optimizer = sgd({ learningRate: 0.1 });
  return {
    encoded: encode(encoder, { online: true }),
    learn: train(model, { loss, optimizer }),
    model,
    optimizer,
    updates: () => optimizerState(optimizer, model).step,
  };
}

describe('what docs/events.md says of RxJS', () => {
  it('retry goes on with the model as it was', () => {
    const events = new Subject<Row>();
    const { encoded, learn, updates } = learner();
    const steps: number[] = [];
    events.pipe(encoded, learn, retry()).subscribe(({ step }) => steps.push(step));
    for (const row of [rows[0], { x: Number.POSITIVE_INFINITY, y: 1 }, rows[1]]) events.next(row as Row);
    expect(steps).toEqual([1, 2]);
    expect(updates()).toBe(2);
  });

  it('share lets several see the same steps', () => {
    const events = new Subject<Row>();
    const { encoded, learn, updates } = learner();
    const steps = events.pipe(encoded, learn, share());
    const seen: number[] = [];
    for (let i = 0; i < 3; i++) steps.subscribe(({ step }) => seen.push(step));
    for (const row of rows.slice(0, 2)) events.next(row);
    expect(seen).toEqual([1, 1, 1, 2, 2, 2]);
    expect(updates()).toBe(2);
  });

  it('switchMap above encode changes the source, and the model learns on', () => {
    const sources = new Subject<readonly Row[]>();
    const { encoded, learn, updates } = learner();
    sources
      .pipe(
        switchMap((some) => from(some)),
        encoded,
        learn,
      )
      .subscribe();
    sources.next(rows.slice(0, 5));
    sources.next(rows.slice(5, 9));
    expect(updates()).toBe(9);
  });

  it('what delays is fine above encode', async () => {
    const { encoded, learn, updates } = learner();
    await lastValueFrom(
      from(rows).pipe(
        concatMap((row) => of(row).pipe(delay(0))),
        bufferCount(4),
        encoded,
        learn,
      ),
    );
    expect(updates()).toBe(5);
  });

  it('what delays between encode and the update is refused', async () => {
    const { encoded, model, optimizer } = learner();
    const steps = from(rows).pipe(encoded, fprop(model), bprop(loss), delay(0), update(optimizer));
    await expect(lastValueFrom(steps)).rejects.toThrow(StateError);
    const again = learner();
    await expect(lastValueFrom(from(rows).pipe(again.encoded, delay(0), again.learn))).rejects.toThrow(
      StateError,
    );
  });
});
