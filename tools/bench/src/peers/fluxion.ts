import { arrowFile } from '@fluxion/data';
import { type FlowGraph, objective } from '@fluxion/graph';
import { linear, relu, sequential } from '@fluxion/layers';
import { l2, softmaxCrossEntropy, squaredError } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import { examples as examplesOf, holdSource, type Step, train } from '@fluxion/pipeline';
import {
  type BindKernels,
  createKernels,
  type KernelsName,
  labels,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { type Observable, Subject, takeUntil, tap } from 'rxjs';
import type { BenchData } from '../contenders/benchData.js';
import type { BenchFiles } from '../contenders/benchFiles.js';
import type { Trainer } from '../contenders/peer.js';
import type { Workload } from '../contenders/workload.js';

/** Examples whose losses are told, so that all can be seen to learn alike. */
const FIRST = 1000;

/** Fluxion as its users have it: an Arrow file through `examples` and `train`. */
export function fluxionStream(
  kernels: KernelsName,
  workload: Workload,
  files: BenchFiles,
  threads: number,
): Promise<Trainer> {
  const version = `${name(kernels, threads)}, from the file`;
  return stream(network(kernels, workload.sizes), version, workload, files);
}

/** The same, each update applied before the next example: no weight lets any wait. */
export function fluxionOneByOne(workload: Workload, files: BenchFiles): Promise<Trainer> {
  const kernels: BindKernels = (arena) => ({ ...createKernels('wasm', arena), defer: () => undefined });
  return stream(network(kernels, workload.sizes), `${name('wasm', 1)}, no update waits`, workload, files);
}

async function stream(
  model: FlowGraph,
  version: string,
  { batchSize, data, l2: lambda, momentum = 0 }: Workload,
  { arrow, input, target }: BenchFiles,
): Promise<Trainer> {
  const trained = train(model, {
    loss: data === 'table' ? squaredError() : softmaxCrossEntropy(),
    ...(lambda > 0 ? { regularizer: l2(lambda) } : {}),
    optimizer: sgd({ learningRate: 0.01 * (1 - momentum), momentum }),
  });
  let [losses, examples] = [0, 0];
  const rounds = inRounds(
    examplesOf(arrowFile(arrow), { input, target, epochs: Number.POSITIVE_INFINITY, batchSize }).pipe(
      trained,
      tap(({ loss, size }) => {
        if (examples >= FIRST) return;
        losses += size * loss;
        examples += size;
      }),
    ),
  );
  await rounds.train(FIRST);
  return { version, firstLoss: losses / examples, ...rounds };
}

/**
 * Trains on one stream in rounds, and holds it back between them. A stream opened for each round would read whole windows of
 * examples to train on a part of them.
 */
function inRounds(steps: Observable<Step>): Pick<Required<Trainer>, 'train' | 'close'> {
  const closed = new Subject<void>();
  let left = 0;
  let goOn = (): void => {};
  let isOver = (): void => {};
  let ended: Promise<void> | undefined;
  return {
    train(count) {
      const round = new Promise<void>((resolve) => {
        isOver = resolve;
      });
      left = count;
      goOn();
      ended ??= steps.pipe(takeUntil(closed)).forEach(({ size }) => {
        left -= size;
        if (left > 0) return;
        const next = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        holdSource('bench', next);
        isOver();
      });
      return Promise.race([round, ended]);
    },
    async close() {
      closed.next();
      goOn();
      await ended;
    },
  };
}

/** The same arithmetic in a bare loop over data in memory: what the stream may cost is measured against it. */
export function fluxionLoop(
  kernels: KernelsName,
  workload: Workload,
  data: BenchData,
  threads: number,
): Promise<Trainer> {
  const { sizes, batchSize, l2: lambda } = workload;
  const model = network(kernels, sizes);
  const target = objective(model, softmaxCrossEntropy(), lambda > 0 ? l2(lambda) : undefined);
  const state = optimizerState(sgd({ learningRate: 0.01 }), model);
  const minibatches = Array.from({ length: Math.floor(data.labels.length / batchSize) }, (_, i) => {
    const rows = data.inputs.slice(i * batchSize * data.inputSize, (i + 1) * batchSize * data.inputSize);
    return {
      inputs: { input: tensor(rows, [batchSize, data.inputSize]) as Tensor },
      targets: { target: labels(data.labels.slice(i * batchSize, (i + 1) * batchSize)) },
    };
  });
  let at = 0;
  return Promise.resolve({
    version: `${name(kernels, threads)}, bare loop`,
    train(count) {
      for (let done = 0; done < count; done += batchSize) {
        const { inputs, targets } = minibatches[at] as (typeof minibatches)[number];
        at = (at + 1) % minibatches.length;
        const tape = model.fprop(inputs);
        state.update(tape.bprop(target, targets).gradients);
        tape.release();
      }
      return Promise.resolve();
    },
  });
}

function name(kernels: KernelsName, threads: number): string {
  return `Fluxion, ${kernels}, ${threads} thread${threads === 1 ? '' : 's'}`;
}

function network(kernels: KernelsName | BindKernels, sizes: readonly number[]): FlowGraph {
  const hidden = sizes.slice(1, -1).flatMap((units) => [linear(units, { initializer: 'heUniform' }), relu()]);
  return sequential([...hidden, linear(sizes.at(-1) as number)], {
    inputShape: [sizes[0] as number],
    seed: 1,
    kernels,
  });
}
