const ROWS = 300;

const rows = Array.from({ length: ROWS }, (_, i) => ({
  number: ((i * 7919) % 1000) / 8,
  word: ['red', 'green', 'a "blue", long one', 'ü'][i % 4] as string,
  date: `2024-05-${10 + (i % 20)}`,
  label: ['yes', 'no'][((i * 31) >> 2) % 2] as string,
}));

/** A table of numbers, words and dates, as CSV. */
export const csv: Buffer = Buffer.from(
  `number,word,date,label\n${rows.map(({ number, word, date, label }) => `${number},"${word.replaceAll('"', '""')}",${date},${label}\n`).join('')}`,
);

/** The same as JSON lines, with a list besides. */
export const json: Buffer = Buffer.from(
  rows.map((row) => `${JSON.stringify({ ...row, more: { list: [row.number, 1] } })}\n`).join(''),
);
