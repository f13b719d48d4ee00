// Evaluates and predicts 1,000 times each after warm-up, each time from the beginning, and prints what that took of the
// model's memory.
import { arrowTable } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { accuracy, evaluate, examples, meanLoss, predict } from '@fluxion/pipeline';
import { tableFromArrays } from 'apache-arrow';

const CALLS = 1000;
const table = tableFromArrays({
  a: Float32Array.from({ length: 10 }, (_, i) => Math.sin(i)),
  side: Int32Array.from({ length: 10 }, (_, i) => i % 2),
});
const source = () => examples(arrowTable(table), { input: 'a', target: 'side', batchSize: 4 });
const model = sequential([linear(16), tanh(), linear(2)], { inputShape: [1], seed: 1 });

const figures = () => evaluate(model, source(), { loss: meanLoss(softmaxCrossEntropy()), right: accuracy() });
const answers = () =>
  source()
    .pipe(predict(model, 'softmax'))
    .forEach(() => {});

const { arena } = model.kernels;
/** @param {() => Promise<unknown>} call */
async function growthOf(call) {
  await call();
  const before = arena.used;
  for (let i = 0; i < CALLS; i++) await call();
  return arena.used - before;
}
console.log(
  JSON.stringify({ calls: CALLS, evaluate: await growthOf(figures), predict: await growthOf(answers) }),
);
