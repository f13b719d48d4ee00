import { expect, it } from 'vitest';
import { fluxionNetwork } from './fluxionNetwork.js';
import { inputSize, type Network, networks, sizes } from './network.js';
import type { NetworkData } from './networkData.js';
import { networkProducts } from './networkProducts.js';

/** Some examples for a network, more than a minibatch. */
function examplesFor({ kind, batchSize }: Network): NetworkData {
  const count = 2 * batchSize + 1;
  const length = count * inputSize(kind);
  return {
    inputs:
      kind === 'clicks'
        ? Int32Array.from({ length }, (_, i) => (i * 7919) % sizes.clicks.vocabulary)
        : Float32Array.from({ length }, (_, i) => Math.sin(i)),
    labels: Int32Array.from({ length: count }, (_, i) => i % sizes[kind].classes),
  };
}

it.each(
  networks.filter(({ batchSize }) => batchSize === 1).map((network) => [network.name, network] as const),
)('%s takes steps, and so do its products', async (_, network) => {
  const trainer = fluxionNetwork('wasm', network, examplesFor(network));
  await expect(trainer.train(3)).resolves.toBeUndefined();
  await expect(networkProducts('wasm', network).train(1)).resolves.toBeUndefined();
});
