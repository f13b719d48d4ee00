import { type Arena, type Kernels, type Run, random, type Tensor } from '@fluxion/tensor';

const none = { l1: 0, l2: 0 };

interface Layer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Numbers of mean 0, of the size that initialisation gives weights. */
function weights(memory: Arena, fanIn: number, fanOut: number, layer: number): Tensor {
  const weight = memory.tensor([fanIn, fanOut]);
  const numbers = random(1, `weight ${layer}`);
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  for (let i = 0; i < weight.size; i++) weight.data[i] = (2 * numbers.uniform(i) - 1) * limit;
  return weight;
}

/**
 * One step of SGD on a chain of linear maps with relu between them and softmax cross-entropy at the end, as a list of
 * bound kernels: what a graph of boxes does, without the graph.
 *
 * @param examples each step takes the next `batch` rows
 */
export function trainingStep(
  kernels: Kernels,
  sizes: readonly number[],
  batch: number,
  examples: Float32Array,
  classes: Int32Array,
): Run {
  const memory = kernels.arena;
  const layers: Layer[] = sizes.slice(1).map((fanOut, i) => ({
    weight: weights(memory, sizes[i], fanOut, i),
    bias: memory.tensor([fanOut]),
  }));
  const cell = (size: number): Tensor => memory.tensor([batch, size]);
  const values = sizes.map(cell);
  const activations = sizes.map(cell);
  const gradients = sizes.map(cell);
  const biasGradients = layers.map(({ bias }) => memory.tensor(bias.shape));
  const labels = memory.labels(batch);
  const losses = memory.tensor([batch]);
  const last = layers.length;
  activations[0] = values[0];

  const forward: Run[] = [];
  const backward: Run[] = [];
  const updates: ((learningRate: number, step: number) => void)[] = [];
  layers.forEach(({ weight, bias }, i) => {
    forward.push(kernels.affine(activations[i], weight, bias, values[i + 1]));
    if (i + 1 < last) forward.push(kernels.elementwise('relu', values[i + 1], activations[i + 1]));
    updates.push(
      kernels.sgd(
        weight,
        { form: 'factored', pairs: [{ input: activations[i], dOutput: gradients[i + 1] }] },
        none,
      ),
      kernels.sgd(bias, { form: 'dense', tensor: biasGradients[i] }, none),
    );
  });
  const factor = 1 / batch;
  forward.push(kernels.softmaxCrossEntropy(values[last], labels, activations[last], losses));
  backward.push(
    kernels.softmaxCrossEntropyGradient(
      activations[last],
      labels,
      { tensor: gradients[last], beta: 0 },
      factor,
    ),
  );
  for (let i = last; i > 0; i--) {
    backward.push(kernels.sumRows(gradients[i], { tensor: biasGradients[i - 1], beta: 0 }));
    if (i === 1) break;
    const before = { tensor: gradients[i - 1], beta: 0 as const };
    backward.push(
      kernels.matmul(gradients[i], layers[i - 1].weight.transpose(1, 0), before),
      kernels.elementwiseGradient('relu', values[i - 1], activations[i - 1], gradients[i - 1], before),
    );
  }

  const input = values[0].data;
  const exampleSize = sizes[0];
  const blocks = classes.length / batch;
  let block = 0;
  let step = 0;
  return () => {
    block = block + 1 === blocks ? 0 : block + 1;
    const start = block * batch;
    for (let i = 0; i < input.length; i++) input[i] = examples[start * exampleSize + i];
    for (let i = 0; i < batch; i++) labels.data[i] = classes[start + i];
    step++;
    for (const run of forward) run();
    for (const run of backward) run();
    for (const update of updates) update(0.01, step);
  };
}
