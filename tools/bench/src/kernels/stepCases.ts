import { arena, createKernels, type KernelsName, type Run, random } from '@fluxion/tensor';
import { trainingStep } from './trainingStep.js';

/** A whole step of training made of bound kernels. */
export interface StepCase {
  readonly title: string;
  readonly batchSize: number;
  bind(name: KernelsName): Run;
}

const EXAMPLES = 1024;

/** The networks that the training benchmark has, on examples of which a share of the inputs is zero. */
export function stepCases(): readonly StepCase[] {
  const networks: readonly [sizes: readonly number[], batchSize: number, zeros: number][] = [
    [[4, 16, 3], 1, 0],
    [[784, 128, 10], 1, 0.8],
    [[784, 128, 10], 1, 0.5],
    [[784, 500, 10], 1, 0.8],
    [[784, 500, 10], 1, 0.5],
    [[784, 500, 10], 1, 0],
    [[784, 512, 256, 10], 128, 0.5],
  ];
  return networks.map(([sizes, batchSize, zeros]) => ({
    title: `${sizes.join('-')}, batch ${batchSize}, zeros ${zeros}`,
    batchSize,
    bind(name) {
      const [examples, classes] = made(sizes[0] as number, sizes.at(-1) as number, zeros);
      return trainingStep(createKernels(name, arena('float32')), sizes, batchSize, examples, classes);
    },
  }));
}

/** Examples of which a share of the inputs is zero, mostly the same ones, as the borders of images are. */
function made(size: number, classes: number, zeros: number): [Float32Array, Int32Array] {
  const numbers = random(2, 'examples');
  const borders = random(3, 'borders');
  const positions = Float64Array.from({ length: size }, (_, i) => borders.uniform(i));
  const labels = Int32Array.from({ length: EXAMPLES }, (_, i) => numbers.integer(i, classes));
  const examples = Float32Array.from({ length: EXAMPLES * size }, (_, i) => {
    const present = 0.5 * (positions[i % size] as number) + 0.5 * numbers.uniform(2 ** 32 + i) > zeros;
    return present ? numbers.uniform(2 ** 33 + i) : 0;
  });
  return [examples, labels];
}
