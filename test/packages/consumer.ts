// A user's program, run in a project of its own: learns the logical "and" by stochastic gradient descent.

import { linear, sequential } from '@fluxion/layers';
import { binaryCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { type Step, train } from '@fluxion/pipeline';
import { tensor } from '@fluxion/tensor';
import { from, last } from 'rxjs';

const table = [
  { input: [0, 0], and: 0 },
  { input: [0, 1], and: 0 },
  { input: [1, 0], and: 0 },
  { input: [1, 1], and: 1 },
];
const examples = Array.from({ length: 100 }, () => table)
  .flat()
  .map(({ input, and }) => ({
    size: 1,
    inputs: { input: tensor(input, [1, 2]) },
    targets: { target: tensor([and], [1, 1]) },
  }));

const model = sequential([linear(1)], { inputShape: [2], seed: 1 });
await from(examples)
  .pipe(train(model, { loss: binaryCrossEntropy(), optimizer: sgd({ learningRate: 1 }) }), last())
  .forEach(({ step, loss }: Step) => console.log(JSON.stringify({ step, loss })));
