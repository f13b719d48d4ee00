import { objective } from '@fluxion/graph';
import { linear, relu, sequential } from '@fluxion/layers';
import { softmaxCrossEntropy } from '@fluxion/loss';
import { optimizerState, sgd } from '@fluxion/optim';
import {
  arena,
  type BindKernels,
  createKernels,
  deferring,
  labels,
  type Tensor,
  tensor,
} from '@fluxion/tensor';
import { filled } from '../kernels/filled.js';

/** Whose updates wait, always or never. */
export interface WaitingJob {
  readonly kernels: keyof typeof BLOCK;
  readonly waits: boolean;
  /** Whether the coming inputs are known. */
  readonly isAhead: boolean;
}

/** A step on each of some examples: of a layer from so many inputs to so many units, on numbers of which such a share is not zero. */
export interface WaitingRound {
  readonly fanIn: number;
  readonly width: number;
  readonly density: number;
}

const EXAMPLES = 320;

/** Examples in a block, as the kernels have them. */
const BLOCK = { wasm: 32, blas: 48 } as const;

// A process for one side of the comparison: the job comes as the only argument, a message asks for a round.
const { kernels: name, waits, isAhead } = JSON.parse(process.argv[2] as string) as WaitingJob;
const kernels: BindKernels = (memory) =>
  waits
    ? deferring(createKernels(name, memory), { blockSize: BLOCK[name], minWeightSize: 0 })
    : { ...createKernels(name, memory), defer: () => undefined };
/** What was wanted last, and what does it. */
let wanted: string | undefined;
let train = (): void => {};

process.on('message', (round: WaitingRound) => {
  if (JSON.stringify(round) !== wanted) {
    wanted = JSON.stringify(round);
    train = trainer(round);
  }
  const start = performance.now();
  train();
  process.send?.(performance.now() - start);
});

function trainer({ fanIn, width, density }: WaitingRound): () => void {
  const inputs = filled(arena('float32'), [EXAMPLES, fanIn], 1 - density);
  const layers = [linear(width, { initializer: 'heUniform' }), relu(), linear(10)];
  const model = sequential(layers, { inputShape: [fanIn], seed: 1, kernels });
  const target = objective(model, softmaxCrossEntropy());
  const state = optimizerState(sgd({ learningRate: 1e-3 }), model);
  const rows = (from: number, count: number): Tensor =>
    tensor(inputs.data.subarray(from * fanIn, (from + count) * fanIn), [count, fanIn]);
  const examples = Array.from({ length: EXAMPLES }, (_, i) => ({
    given: { input: rows(i, 1) },
    targets: { target: labels([i % 10]) },
    ahead: isAhead ? (_: string, count: number) => rows(i, Math.min(count, EXAMPLES - i)) : undefined,
  }));
  return () => {
    for (const [i, { given, targets, ahead }] of examples.entries()) {
      const tape = model.fprop(given, { mode: 'train', example: i, ahead });
      state.update(tape.bprop(target, targets).gradients);
      tape.release();
    }
  };
}
