// Serves 784-500-10, untrained, learning from the events that come. Tells its parent the address, and when asked how it is.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { onlineEncoder, vector } from '@fluxion/data';
import { linear, sequential, tanh } from '@fluxion/layers';
import { l2, softmaxCrossEntropy } from '@fluxion/loss';
import { sgd } from '@fluxion/optim';
import { serve } from '@fluxion/service';
import { DIGITS, type Report, type Request } from './messages.js';

const { gc } = globalThis;
if (gc === undefined) throw new Error('servingProcess: expected node --expose-gc');

const directory = await mkdtemp(join(tmpdir(), 'fluxion-bench-'));
const encoder = onlineEncoder({
  columns: { image: vector({ shape: [784], scale: 1 / 255 }) },
  target: { digit: DIGITS },
});
const model = sequential([linear(500), tanh(), linear(10)], { encoder, seed: 1 });
const service = await serve(model, {
  port: 0,
  limits: { learnPerSecond: 1e6 },
  learning: {
    loss: softmaxCrossEntropy(),
    regularizer: l2(1e-5),
    optimizer: sgd({ learningRate: 0.01 }),
    directory,
  },
});

const RESOLUTION = 1;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
delay.enable();
process.on('message', async (request: Request) => {
  if (request === 'close') {
    await service.close();
    await rm(directory, { recursive: true });
    process.disconnect();
    return;
  }
  if (request === 'report') gc();
  const report: Report = {
    updates: service.learner?.updates ?? 0,
    heap: process.memoryUsage().heapUsed,
    resident: process.memoryUsage().rss,
    delay: [50, 99].map((share) => Math.max(0, delay.percentile(share) / 1e6 - RESOLUTION)) as [
      number,
      number,
    ],
    accuracy: service.learner?.figures.window.accuracy as number,
  };
  delay.reset();
  process.send?.(report);
});
process.send?.(service.url);
