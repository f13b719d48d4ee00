import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readIdx } from '@fluxion/quickstart/idx';
import { mnistFolder } from '@fluxion/quickstart/mnistArrow';
import { median } from '../measuring/median.js';
import { markdownTable } from '../pages/markdownTable.js';
import { thisMachine } from '../pages/thisMachine.js';
import { DIGITS, type Report } from './messages.js';
import type { Load } from './predictionLoad.js';
import { type Asker, startAsker } from './startAsker.js';
import { type ServingProcess, startService } from './startService.js';
import { teach } from './teacher.js';

const ROUNDS = 4;
const SECONDS = 6;
/** Events a second that it learns from while it predicts. */
const LEARNED = 2000;
/** Requests a second of clients that do not ask for all that it can give. */
const ASKED = 500;
/** Events after which the heap is looked at, and how often. */
const STRETCH = 100_000;
const STRETCHES = 10;

/** Two ways of asking for predictions, without and with learning. */
interface Round {
  readonly alone: Load;
  readonly learning: Load;
  readonly learned: number;
  readonly delay: Report['delay'];
}

/**
 * What predictions wait for while the service learns, how many it gives, and whether its heap stays as it is. The service has a
 * process of its own, and so has who asks.
 *
 * @param part `memory`: one short round, and then a million events; anything else: a hundred thousand
 */
export async function benchService(part = ''): Promise<string> {
  const [rounds, seconds] = part === '' ? [ROUNDS, SECONDS] : [1, 3];
  const stretches = part === '' || part === 'memory' ? STRETCHES : 1;
  const { rows, lists } = await events();
  const service = await startService();
  const asker = startAsker();
  try {
    const most: Round[] = [];
    const some: Round[] = [];
    // Warm before anything counts.
    await roundOf(service, asker, { rows, lists, seconds: 2 });
    for (let i = 0; i < rounds; i++) {
      most.push(await roundOf(service, asker, { rows, lists, seconds }));
      some.push(await roundOf(service, asker, { rows, lists, seconds, perSecond: ASKED }));
      process.stderr.write(`round ${i + 1} of ${rounds}\n`);
    }
    const heaps = await heapsOf(service, lists, stretches);
    return page(most, some, heaps, seconds);
  } finally {
    asker.close();
    await service.close();
  }
}

interface RoundOptions {
  readonly rows: readonly string[];
  readonly lists: readonly string[];
  readonly seconds: number;
  readonly perSecond?: number;
}

async function roundOf(
  service: ServingProcess,
  asker: Asker,
  { rows, lists, seconds, perSecond }: RoundOptions,
): Promise<Round> {
  const request = { url: service.url, rows, seconds, perSecond };
  const alone = await asker.ask(request);
  const teacher = teach(service.url, lists, LEARNED);
  await setTimeout(500);
  await service.ask('glance');
  const learning = await asker.ask(request);
  const { delay } = await service.ask('glance');
  return { alone, learning, learned: await teacher.stop(), delay };
}

interface Heap extends Report {
  /** Events learned from a second, since the one before. */
  readonly perSecond: number;
}

/** How the process is after each so many events, which come as fast as they are taken. */
async function heapsOf(service: ServingProcess, lists: readonly string[], count: number): Promise<Heap[]> {
  const heaps: Heap[] = [];
  for (let i = 0; i < count; i++) {
    const { updates: from } = await service.ask('glance');
    const teacher = teach(service.url, lists, Number.POSITIVE_INFINITY);
    while ((await service.ask('glance')).updates - from < STRETCH) await setTimeout(50);
    const perSecond = await teacher.stop();
    heaps.push({ ...(await service.ask('report')), perSecond });
    process.stderr.write(`${STRETCH * (i + 1)} events\n`);
  }
  return heaps;
}

/** Digits as rows, one a request, and with their class in lists of twenty. */
async function events(): Promise<{ readonly rows: readonly string[]; readonly lists: readonly string[] }> {
  const read = async (name: string, shape: readonly number[]) =>
    readIdx(await readFile(join(mnistFolder(), name)), shape, name);
  const { values: pixels } = await read('train-images-idx3-ubyte', [-1, 28, 28]);
  const { values: labels } = await read('train-labels-idx1-ubyte', [-1]);
  const digits = Array.from({ length: 10_000 }, (_, i) => ({
    image: [...pixels.subarray(784 * i, 784 * (i + 1))],
    digit: DIGITS[labels[i] as number],
  }));
  return {
    rows: digits.slice(0, 200).map(({ image }) => JSON.stringify({ image })),
    lists: Array.from({ length: digits.length / 20 }, (_, i) =>
      JSON.stringify(digits.slice(20 * i, 20 * (i + 1))),
    ),
  };
}

function page(
  most: readonly Round[],
  some: readonly Round[],
  heaps: readonly Heap[],
  seconds: number,
): string {
  const ratio = median(most.map(({ alone, learning }) => learning.perSecond / alone.perSecond));
  const worst = Math.max(...[...most, ...some].map(({ learning }) => learning.p99));
  const [first, last] = [heaps[0] as Heap, heaps.at(-1) as Heap];
  return `# Benchmarks of the service

Written by \`npm run bench service\` on: ${thisMachine()}.

\`fluxion serve --learn\` of a network 784-500-10: digits of MNIST come as JSON, 784 numbers a row. Ten connections ask for
predictions of one row by autocannon, as many as are answered or ${ASKED} at the beginning of each second, while ${LEARNED.toLocaleString('en')} events a second are learned
from one by one, in lists of twenty. Medians of ${most.length} ${most.length === 1 ? 'round' : 'rounds'} of ${seconds} s, without and with learning in turns; who asks and who teaches share the
machine with the service.

| predictions | learning | predictions/s | p50, ms | p99, ms | longest, ms | learned/s | event loop late by, p50, ms | p99, ms |
|---|---|---:|---:|---:|---:|---:|---:|---:|
${rowsOf('as many as are answered', most)}
${rowsOf(`${ASKED} a second`, some)}

- The worst p99 of a round with learning: ${worst.toFixed(1)} ms. The bar is 20 ms.
- Predictions with learning, of those without: ${(100 * ratio).toFixed(0)} %. The bar is 50 %.
- Heap after ${STRETCH.toLocaleString('en')} events and after ${(heaps.length * STRETCH).toLocaleString('en')}: ${megabytes(first.heap)} and ${megabytes(last.heap)} MB.

Events learned from as fast as they are taken, and the memory after a collection of garbage:

${markdownTable(
  ['events', 'learned/s', 'heap, MB', 'resident, MB', 'right before they were learned from'],
  heaps.map(({ perSecond, heap, resident, accuracy }, i) => [
    (STRETCH * (i + 1)).toLocaleString('en'),
    Math.round(perSecond).toLocaleString('en'),
    megabytes(heap),
    megabytes(resident),
    `${(100 * accuracy).toFixed(1)} %`,
  ]),
)}
`;
}

function rowsOf(name: string, rounds: readonly Round[]): string {
  const middle = (of: (round: Round) => number): string => median(rounds.map(of)).toFixed(1);
  const load = (of: (round: Round) => Load): string =>
    [
      ({ perSecond }: Load) => perSecond,
      ({ p50 }: Load) => p50,
      ({ p99 }: Load) => p99,
      ({ most }: Load) => most,
    ]
      .map((figure) => middle((round) => figure(of(round))))
      .join(' | ');
  return [
    `| ${name} | no | ${load(({ alone }) => alone)} | – | – | – |`,
    `| ${name} | yes | ${load(({ learning }) => learning)} | ${middle(({ learned }) => learned)} | ${middle(({ delay }) => delay[0])} | ${middle(({ delay }) => delay[1])} |`,
  ].join('\n');
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
