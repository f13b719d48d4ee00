import { arrowFile, csvFile, fitEncoder } from '@fluxion/data';
import { linear, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { examples, train } from '@fluxion/pipeline';

// memoryRun.js FILE stored|shuffled: a process that fits an encoder to a table and trains on it, and prints one line of JSON.
const [path = '', order] = process.argv.slice(2);
const resident = (): number => Math.round(process.memoryUsage.rss() / 1e6);
// The system's own count of the most has that of the process which started this one in it.
let most = 0;
setInterval(() => {
  most = Math.max(most, resident());
}, 20).unref();
const start = performance.now();
const source = path.endsWith('.csv') ? csvFile(path) : arrowFile(path);
const encoder = await fitEncoder(source, { target: 'label' });
const fitted = performance.now();
const opened = await source.open();
const rows = (await opened.countRows?.()) ?? 0;
await opened.close();

const model = sequential([linear(2)], { encoder, seed: 1 });
const curve = [resident()];
await examples(source, { encoder, shuffle: order === 'shuffled', batchSize: 64 })
  .pipe(train(model, { loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }) }))
  .forEach(({ position }) => {
    const done = position?.epoch === 0 ? position.row : rows;
    if (done >= (curve.length / 10) * rows) curve.push(resident());
  });
const trained = performance.now();
console.log(
  JSON.stringify({
    rows,
    curve,
    most,
    fitSeconds: (fitted - start) / 1000,
    trainSeconds: (trained - fitted) / 1000,
  }),
);
