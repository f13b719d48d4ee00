import type { Examples } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { binaryCrossEntropy, softmaxCrossEntropy } from '@fluxion/loss';
import { DataError, labels, StateError, tensor } from '@fluxion/tensor';
import { delay, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { batches, inputSize, minibatch, newModel, run } from '../test/training.js';
import { bprop } from './bprop.js';
import { fprop } from './fprop.js';

describe('bprop', () => {
  it('says where a target is that the loss cannot take', async () => {
    const model = sequential([linear(1)], { inputShape: [inputSize] });
    const examples: Examples = {
      ...minibatch(0, 2),
      targets: { target: tensor([1, 7], [2, 1]) },
      locate: (index) => ({ file: 'clicks.arrow', block: 4, row: 10 + index, column: 'clicked' }),
    };
    await expect(run(of(examples).pipe(fprop(model), bprop(binaryCrossEntropy())))).rejects.toThrow(
      "clicks.arrow, block 4, row 11, column 'clicked': target: expected a number from 0 to 1, got 7",
    );
    expect(model.passesInFlight).toBe(0);
  });

  it('says in which file and row a label is that is no class', async () => {
    const examples: Examples = {
      ...minibatch(0, 2),
      targets: { target: labels([1, 7]) },
      locate: (index) => ({ file: 'digits.arrow', block: 4, row: 10 + index, column: 'digit' }),
    };
    const stream = of(examples).pipe(fprop(newModel()), bprop(softmaxCrossEntropy()));
    await expect(run(stream)).rejects.toThrow(
      "digits.arrow, block 4, row 11, column 'digit': label: expected an integer from 0 to 2, got 7",
    );
    await expect(run(stream)).rejects.toThrow(DataError);
  });

  it('refuses a pass whose parameters have been updated since', async () => {
    const model = newModel();
    const stream = batches(1).pipe(
      fprop(model),
      map((forward) => {
        model.markUpdated();
        return forward;
      }),
      bprop(softmaxCrossEntropy()),
    );
    await expect(run(stream)).rejects.toThrow(StateError);
  });

  it('refuses a pass that an operator has kept', async () => {
    const model = newModel();
    const stream = batches(1).pipe(fprop(model), delay(0), bprop(softmaxCrossEntropy()));
    await expect(run(stream)).rejects.toThrow(
      new StateError(
        'tape: expected a pass in flight, got one that is over; use it before release(), in a stream before the subscriber returns: let no operator that delays or buffers stand between',
      ),
    );
  });

  it('gives the pass back when it fails', async () => {
    const model = newModel();
    const wrong = { ...minibatch(0), targets: { target: labels([0, 1]) } };
    await expect(run(of(wrong).pipe(fprop(model), bprop(softmaxCrossEntropy())))).rejects.toThrow(
      'expected 1 examples',
    );
    expect(model.passesInFlight).toBe(0);
  });
});
