import { readFileSync } from 'node:fs';
import { arrowFile, csvFile, fitEncoder } from '@fluxion/data';
import { mpi } from '@fluxion/mpi';
import { examples } from '@fluxion/pipeline';
import type { RankReads } from './mpiPage.js';

// One rank that fits an encoder to a table, where that is text, and reads its examples; rank 0 prints what the ranks read at most, in
// bytes of the file for each of its bytes, and the examples a second of all.
const [, , file = '', size = '1'] = process.argv;
const ranks = mpi();
const bytesRead = (): number => Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
const isText = file.endsWith('.csv');
const source = isText ? csvFile(file) : arrowFile(file);
const shuffled = { shuffle: true, batchSize: 128 / ranks.size, shard: ranks } as const;

const before = bytesRead();
const open = await source.open();
await open.close();
const opened = bytesRead();
const encoder = isText ? await fitEncoder(source, { target: 'kind', shard: ranks }) : undefined;
const fitted = bytesRead();
ranks.barrier();
const start = performance.now();
let seen = 0;
const columns = encoder === undefined ? ({ input: 'image', target: 'digit' } as const) : { encoder };
await examples(source, { ...columns, ...shuffled }).forEach(({ size, total = size }) => {
  seen += total;
});
ranks.barrier();
const seconds = (performance.now() - start) / 1000;
const own = [opened - before, fitted - opened, bytesRead() - fitted].map((bytes) => bytes / Number(size));
const all = ranks.gather(own);
const [opening = 0, fitting = 0, epoch = 0] = own.map((_, i) => Math.max(...all.map((of) => of[i] ?? 0)));
const reads: RankReads = { opening, fitting, epoch, examplesPerSecond: seen / seconds };
if (ranks.rank === 0) process.stdout.write(`${JSON.stringify(reads)}\n`);
