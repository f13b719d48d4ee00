import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import {
  defaultDevice,
  grad,
  init,
  type Array as JaxArray,
  jit,
  nn,
  numpy as np,
  random,
  tree,
} from '@jax-js/jax';
import type { BenchData } from '../contenders/benchData.js';
import type { Trainer } from '../contenders/peer.js';
import type { Workload } from '../contenders/workload.js';

/** jax-js on WebAssembly: one jitted step. */
export async function jaxjs({ sizes, batchSize }: Workload, data: BenchData): Promise<Trainer> {
  await init('wasm');
  defaultDevice('wasm');
  const classes = sizes.at(-1) as number;
  let parameters = sizes.slice(1).flatMap((units, i) => {
    const fanIn = sizes[i] as number;
    const bound = Math.sqrt(6 / (fanIn + units));
    return [
      random.uniform(random.key(i), [fanIn, units], { minval: -bound, maxval: bound }),
      np.zeros([units]),
    ];
  });
  const step = jit((before: JaxArray[], input: JaxArray, target: JaxArray): JaxArray[] => {
    const loss = (p: JaxArray[]): JaxArray => {
      let value = input.ref;
      for (let i = 0; i < p.length; i += 2) {
        value = np.matmul(value, p[i] as JaxArray).add(p[i + 1] as JaxArray);
        if (i < p.length - 2) value = nn.relu(value) as JaxArray;
      }
      return (nn.logSoftmax(value) as JaxArray)
        .mul(target.ref)
        .sum()
        .mul(-1 / batchSize);
    };
    const gradients = grad(loss)(tree.ref(before));
    const after = before.map((p, i) => p.sub((gradients[i] as JaxArray).mul(0.01)));
    input.dispose();
    target.dispose();
    return after;
  });
  const { inputSize, labels } = data;
  let at = 0;
  return {
    version: `jax-js ${version()} wasm`,
    async train(examples) {
      for (let done = 0; done < examples; done += batchSize) {
        if (at + batchSize > labels.length) at = 0;
        const input = data.inputs.slice(at * inputSize, (at + batchSize) * inputSize);
        const target = new Float32Array(batchSize * classes);
        for (let i = 0; i < batchSize; i++) target[i * classes + (labels[at + i] as number)] = 1;
        at += batchSize;
        parameters = step(
          parameters,
          np.array(input).reshape([batchSize, inputSize]),
          np.array(target).reshape([batchSize, classes]),
        );
      }
      await (parameters[0] as JaxArray).ref.data();
    },
  };
}

/** The package does not export its package.json; it lies above the entry. */
function version(): string {
  const entry = createRequire(import.meta.url).resolve('@jax-js/jax');
  const text = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
