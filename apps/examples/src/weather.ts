import { join } from 'node:path';
import { duckdb } from '@fluxion/duckdb';
import {
  adam,
  averageWeights,
  evaluate,
  examples,
  gru,
  linear,
  mae,
  reshapeTo,
  type Step,
  sequential,
  squaredError,
  train,
} from 'fluxion';
import { dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** Days that are looked back at, and the rows up to the end of 2014. */
const [DAYS, TRAINING] = [14, 1082];

/** Tomorrow's highest temperature in Seattle from the last two weeks, learned from 2012 to 2014: the mean error in 2015. */
export async function weather({ rows, epochs }: Part = { rows: TRAINING, epochs: 20 }): Promise<number> {
  const csv = join(await dataPackage('vega-datasets', '3.2.1'), 'data', 'seattle-weather.csv');
  const days = duckdb(`
    SELECT temp_max - lag(temp_max) OVER (ORDER BY date) AS change,
      temp_max - season AS unseasonal,
      flatten(list([temp_max / 10, temp_min / 10, wind / 5, ln(1 + precipitation), sin(angle), cos(angle)])
        OVER past) AS past
    FROM (SELECT *, dayofyear(date) / 58.1 AS angle FROM '${csv}') JOIN (
      SELECT d.day, avg(temp_max) AS season FROM range(1, 367) AS d(day) JOIN '${csv}'
        ON abs((dayofyear(date) - d.day + 548) % 365 - 183) <= 10 AND date < '2015-01-01' GROUP BY d.day
    ) ON day = dayofyear(date)
    WINDOW past AS (ORDER BY date ROWS BETWEEN ${DAYS} PRECEDING AND 1 PRECEDING)
    QUALIFY count(*) OVER past = ${DAYS} ORDER BY date`);

  const model = sequential([reshapeTo([DAYS, 6]), gru(32), linear(1)], { inputShape: [DAYS * 6], seed: 1 });
  const averages = averageWeights<Step>(model, { decay: 0.998 });
  const columns = { input: 'past', target: 'change', batchSize: 16 };
  await examples(days, { ...columns, epochs, shuffle: true, seed: 1, rows: (row) => row < rows })
    .pipe(
      train(model, { loss: squaredError(), optimizer: adam({ learningRate: 0.002 }) }),
      averages,
      progress('weather', rows * epochs),
    )
    .forEach(() => {});
  averages.exchange();

  const year = { rows: (row: number) => row >= TRAINING };
  const { error } = await evaluate(model, examples(days, { ...columns, ...year }), { error: mae() });
  console.log(`tomorrow's temperature in 2015, mean error: ${error.toFixed(2)} °C`);
  for (const [column, name] of Object.entries({ change: "yesterday's", unseasonal: "the season's mean" })) {
    let sum = 0;
    let count = 0;
    await examples(days, { ...year, input: 'past', target: column }).forEach(({ targets }) => {
      sum += Math.abs(targets.target?.data[0] ?? 0);
      count++;
    });
    console.log(`  ${name}: ${(sum / count).toFixed(2)} °C`);
  }
  return error;
}
