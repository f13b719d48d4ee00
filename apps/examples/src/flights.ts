import { join } from 'node:path';
import { duckdb, parquetFile } from '@fluxion/duckdb';
import {
  adam,
  apply,
  calendar,
  concat,
  embedding,
  examples,
  fitEncoder,
  flatten,
  graph,
  indices,
  linear,
  prequential,
  r2,
  relu,
  rmse,
  squaredError,
  train,
} from 'fluxion';
import { take } from 'rxjs';
import { dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** Delays of three million flights, gone through once: each is predicted, then learned from. How much is explained. */
export async function flights({ rows }: Part = { rows: 3_000_000, epochs: 1 }): Promise<number> {
  const file = join(await dataPackage('vega-datasets', '3.2.1'), 'data', 'flights-3m.parquet');
  const encoder = await fitEncoder(
    duckdb(`FROM '${file}' USING SAMPLE reservoir(100000 ROWS) REPEATABLE (1)`),
    {
      target: { delay: 'number' },
      columns: {
        origin: indices({ maxCategories: 300 }),
        destination: indices({ maxCategories: 300 }),
        date: calendar({ parts: ['hour', 'weekday'] }),
      },
    },
  );
  const { inputs } = encoder;
  const boxes = {
    from: apply(embedding(16), 'origin'),
    to: apply(embedding(16), 'destination'),
    flight: apply(concat(), 'input', 'fromVector', 'toVector'),
    fromVector: apply(flatten(), 'from'),
    toVector: apply(flatten(), 'to'),
    hidden: apply(linear(64, { initializer: 'heUniform' }), 'flight'),
    active: apply(relu(), 'hidden'),
    delay: apply(linear(1), 'active'),
  };
  const model = graph({ inputs, boxes, outputs: ['delay'] }, { encoder, seed: 1 });

  const start = performance.now();
  const measured = prequential({ rmse: rmse(), r2: r2() }, { window: 1000 });
  await examples(parquetFile(file), { encoder, batchSize: 32 })
    .pipe(
      take(rows / 32),
      train(model, { loss: squaredError(), optimizer: adam(), prequential: measured }),
      progress('flights', rows),
    )
    .forEach(() => {});
  const seconds = (performance.now() - start) / 1000;
  const { all } = measured.figures;
  const megabytes = process.resourceUsage().maxRSS / 1024;
  console.log(
    `delay: ${(100 * all.r2).toFixed(1)} % of the variance is explained, root mean square error ${all.rmse.toFixed(1)} min`,
  );
  console.log(
    `${Math.round(rows / seconds).toLocaleString('en')} rows/s, at most ${megabytes.toFixed(0)} MB of memory`,
  );
  return all.r2;
}
