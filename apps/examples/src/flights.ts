import { join } from 'node:path';
import { duckdb, parquetFile } from '@fluxion/duckdb';
import * as fluxion from 'fluxion';
import { take } from 'rxjs';
import { dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** Delays of three million flights, gone through once: each is predicted, then learned from. How much is explained. */
export async function flights({ rows }: Part = { rows: 3_000_000, epochs: 1 }): Promise<number> {
  const file = join(await dataPackage('vega-datasets', '3.2.1'), 'data', 'flights-3m.parquet');
  const start = performance.now();
  const sample = duckdb(`FROM '${file}' USING SAMPLE reservoir(100000 ROWS) REPEATABLE (1)`);
  const encoder = await fluxion.fitEncoder(sample, {
    target: { delay: 'number' },
    columns: {
      origin: fluxion.indices({ maxCategories: 300 }),
      destination: fluxion.indices({ maxCategories: 300 }),
      date: fluxion.calendar({ parts: ['hour', 'weekday'] }),
    },
  });
  const fitted = performance.now();

  const { apply } = fluxion;
  const boxes = {
    from: apply(fluxion.embedding(16), 'origin'),
    to: apply(fluxion.embedding(16), 'destination'),
    fromVector: apply(fluxion.flatten(), 'from'),
    toVector: apply(fluxion.flatten(), 'to'),
    flight: apply(fluxion.concat(), 'input', 'fromVector', 'toVector'),
    hidden: apply(fluxion.linear(64, { initializer: 'heUniform' }), 'flight'),
    active: apply(fluxion.relu(), 'hidden'),
    delay: apply(fluxion.linear(1), 'active'),
  };
  const model = fluxion.graph({ inputs: encoder.inputs, boxes, outputs: ['delay'] }, { encoder, seed: 1 });
  const metrics = { rmse: fluxion.rmse(), r2: fluxion.r2() };
  const prequential = fluxion.prequential(metrics, { window: 1000 });
  await fluxion
    .examples(parquetFile(file), { encoder, batchSize: 32 })
    .pipe(
      take(rows / 32),
      fluxion.train(model, { loss: fluxion.squaredError(), optimizer: fluxion.adam(), prequential }),
      progress('flights', rows),
    )
    .forEach(() => {});

  const { r2, rmse } = prequential.figures.all;
  const [fitting, learning] = [fitted - start, performance.now() - fitted].map((time) => time / 1000);
  const speed = Math.round(rows / (learning as number)).toLocaleString('en');
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `${(100 * r2).toFixed(1)} % of the variance of delays is explained, error ${rmse.toFixed(1)} min`,
  );
  console.log(
    `${speed} rows/s after ${fitting?.toFixed(1)} s of sampling, ${megabytes.toFixed(0)} MB of memory`,
  );
  return r2;
}
