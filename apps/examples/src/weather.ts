import { join } from 'node:path';
import { duckdb } from '@fluxion/duckdb';
import * as fluxion from 'fluxion';
import { dataPackage } from './dataPackage.js';
import type { Part } from './part.js';
import { progress } from './progress.js';

/** Days that are looked back at, and the rows up to the end of 2014. */
const [DAYS, TRAINING] = [14, 1082];

/** Tomorrow's highest temperature in Seattle from the last two weeks, learned from 2012 to 2014: mean errors in 2015, in °C. */
export async function weather(
  { rows, epochs }: Part = { rows: TRAINING, epochs: 20 },
): Promise<Readonly<Record<'network' | 'yesterday' | 'season', number>>> {
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

  const boxes = [fluxion.reshapeTo([DAYS, 6]), fluxion.gru(32), fluxion.linear(1)];
  const model = fluxion.sequential(boxes, { inputShape: [DAYS * 6], seed: 1 });
  const averages = fluxion.averageWeights<fluxion.Step>(model, { decay: 0.998 });
  const columns = { input: 'past', target: 'change', batchSize: 16 };
  const order = { epochs, shuffle: true, seed: 1, rows: (row: number) => row < rows };
  const optimizer = fluxion.adam({ learningRate: 0.002 });
  await fluxion
    .examples(days, { ...columns, ...order })
    .pipe(
      fluxion.train(model, { loss: fluxion.squaredError(), optimizer }),
      averages,
      progress('weather', rows * epochs),
    )
    .forEach(() => {});
  averages.exchange();

  const of2015 = (target: string) =>
    fluxion.examples(days, { ...columns, target, rows: (row) => row >= TRAINING });
  const { network } = await fluxion.evaluate(model, of2015('change'), { network: fluxion.mae() });
  const meanSize = async (column: string): Promise<number> => {
    const sizes: number[] = [];
    await of2015(column).forEach(({ targets }) => sizes.push(...(targets.target?.data ?? []).map(Math.abs)));
    return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
  };
  const [yesterday, season] = [await meanSize('change'), await meanSize('unseasonal')];
  console.log(`tomorrow's temperature in 2015, mean error: ${network.toFixed(2)} °C`);
  console.log(`by yesterday's: ${yesterday.toFixed(2)} °C, by the season's mean: ${season.toFixed(2)} °C`);
  return { network, yesterday, season };
}
