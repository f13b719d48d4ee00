import type { Run } from '../src/run.js';

/** A number in [0, 1) for each index, the same each time. */
function noise(index: number): number {
  const value = Math.sin(index * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

const EPOCHS = 12;
const ROWS = 39_073;

const boxes: Run['boxes'] = [
  { name: 'row', description: 'input', children: [], output: [108], parameters: 0 },
  { name: 'linear1', description: 'linear(64)', children: ['row'], output: [64], parameters: 6976 },
  { name: 'relu1', description: 'relu()', children: ['linear1'], output: [64], parameters: 0 },
  { name: 'linear2', description: 'linear(64)', children: ['relu1'], output: [64], parameters: 4160 },
  { name: 'add1', description: 'add()', children: ['linear2', 'relu1'], output: [64], parameters: 0 },
  { name: 'linear3', description: 'linear(2)', children: ['add1'], output: [2], parameters: 130 },
];

/** A run on people, with everything that a page can show. */
export const classRun: Run = {
  title: 'income in people.csv',
  rows: ROWS,
  measured: { name: 'validation', rows: 4342 },
  examples: ROWS * EPOCHS,
  seconds: 41.7,
  bestEpoch: 9,
  losses: Array.from({ length: 240 }, (_, i) => ({
    example: (ROWS * EPOCHS * (i + 1)) / 240,
    loss: 0.3 + 0.35 * Math.exp(-i / 25) + 0.03 * noise(i),
  })),
  epochs: Array.from({ length: EPOCHS }, (_, i) => ({
    epoch: i + 1,
    training: { loss: 0.32 + 0.1 * Math.exp(-i / 2), accuracy: 0.855 - 0.06 * Math.exp(-i / 2) },
    validation: {
      loss: 0.33 + 0.09 * Math.exp(-i / 2) + 0.002 * i,
      accuracy: 0.853 - 0.05 * Math.exp(-i / 2),
    },
    seconds: 3.2 + noise(i),
  })),
  targets: [
    {
      kind: 'classes',
      name: 'income',
      classes: ['<=50K', '>50K'],
      figures: {
        loss: 0.3312,
        accuracy: 0.8533,
        balancedAccuracy: 0.7712,
        f1: 0.6623,
        rocAuc: 0.9071,
        brier: 0.102,
      },
      baseline: { answer: '<=50K', figures: { accuracy: 0.7607, balancedAccuracy: 0.5, loss: 0.5508 } },
      confusion: [
        [3080, 223],
        [414, 625],
      ],
      roc: [
        {
          name: '>50K',
          area: 0.9071,
          points: Array.from({ length: 400 }, (_, i) => ({
            falsePositiveRate: (i / 400) ** 2.5,
            recall: 1 - (1 - i / 400) ** 2.2,
          })),
        },
      ],
      calibration: Array.from({ length: 10 }, (_, i) => ({
        weight: i < 5 ? 0 : 100 * (i - 4),
        confidence: i < 5 ? Number.NaN : 0.05 + i / 10,
        frequency: i < 5 ? Number.NaN : 0.03 + i / 10 + 0.04 * noise(i),
      })),
    },
  ],
  columns: [
    { column: 'age', encoding: 'standardized', width: 1, note: 'mean 38.6, deviation 13.7' },
    { column: 'workclass', encoding: 'one of 9', width: 9, note: '5.7 % missing' },
    { column: 'education', encoding: 'one of 16', width: 16 },
    { column: 'marital-status', encoding: 'one of 7', width: 7 },
    { column: 'capital-gain', encoding: 'logarithm', width: 1, note: '0 to 99,999' },
    { column: 'hours-per-week', encoding: 'standardized', width: 1, note: 'mean 40.4, deviation 12.4' },
    { column: 'hired', encoding: 'calendar', width: 7, note: '2009-01-02 to 2024-12-30' },
  ],
  leftOut: [
    { column: 'id', why: 'every row has another value' },
    { column: 'country-code', why: 'always 1' },
  ],
  importance: [
    { column: 'age', increase: 0.052 },
    { column: 'marital-status', increase: 0.121 },
    { column: 'education', increase: 0.083 },
    { column: 'capital-gain', increase: 0.068 },
    { column: 'hours-per-week', increase: 0.021 },
    { column: 'workclass', increase: 0.004 },
    { column: 'hired', increase: -0.0003 },
  ],
  worst: {
    columns: ['age', 'education', 'marital-status', 'capital-gain', 'hours-per-week'],
    rows: Array.from({ length: 8 }, (_, i) => ({
      row: 311 * (i + 3),
      target: i % 3 === 0 ? '<=50K' : '>50K',
      prediction: i % 3 === 0 ? '>50K' : '<=50K',
      probability: 0.998 - i / 500,
      values: [`${23 + 5 * i}`, 'Bachelors', 'Never-married', i % 3 === 0 ? '15,024' : '0', '40'],
    })),
  },
  warnings: [
    'Column ‘capital-gain’ is 0 in 91.7 % of the rows.',
    '12 of 64 units of ‘relu1’ are 0 for every example: a lower learning rate may help.',
  ],
  boxes,
  settings: [
    { name: 'optimizer', value: 'adam, learning rate 0.001' },
    { name: 'loss', value: 'softmaxCrossEntropy' },
    { name: 'minibatch', value: '32' },
    { name: 'seed', value: '1' },
    { name: 'kernels', value: 'wasm, float32' },
  ],
};

/** A run on prices, with the least that a page needs. */
export const numberRun: Run = {
  title: 'price in houses.parquet',
  rows: 900,
  measured: { name: 'test', rows: 100 },
  examples: 3600,
  seconds: 0.8,
  losses: Array.from({ length: 36 }, (_, i) => ({ example: 100 * (i + 1), loss: 1 / (1 + i) })),
  epochs: [1, 2, 3, 4].map((epoch) => ({
    epoch,
    training: { loss: 1 / epoch },
    validation: { loss: 1.1 / epoch, r2: 0.9 - 0.4 / epoch, rmse: 60_000 / epoch },
    seconds: 0.2,
  })),
  targets: [
    {
      kind: 'number',
      name: 'price',
      figures: { r2: 0.8123, rmse: 15_312, mae: 11_204 },
      baseline: { answer: 'the mean, 181,000', figures: { rmse: 41_022, mae: 30_117 } },
      predictions: Array.from({ length: 600 }, (_, i) => {
        const target = 80_000 + 300_000 * noise(i) ** 2;
        return { target, prediction: target + 60_000 * (noise(i + 1000) + noise(i + 2000) - 1) };
      }),
    },
  ],
  boxes: boxes.slice(0, 2),
  settings: [{ name: 'optimizer', value: 'sgd, learning rate 0.01' }],
};
