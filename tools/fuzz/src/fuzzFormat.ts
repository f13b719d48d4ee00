import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CheckpointError, DataError, OptionError, ShapeError, StateError } from '@fluxion/tensor';
import type { Format } from './format.js';
import { mutate } from './mutate.js';
import { beginPeak, peakMemory } from './peakMemory.js';

/** Processor time that one file may take, in seconds, and memory beyond what the whole one takes, in bytes. */
const MOST_SECONDS = 2;
const MOST_BYTES = 256 * 2 ** 20;

const ERRORS = { DataError, CheckpointError, OptionError, ShapeError, StateError } as const;

/** What may become of a damaged file: read as what was written, or as something else, or refused by one of the library's errors. */
export const ALLOWED = [
  'equal',
  'different',
  'DataError',
  'CheckpointError',
  'OptionError',
  'ShapeError',
  'StateError',
] as const;

/**
 * What may not: read as something else though there are checksums (`wrong`), another error (`untyped`), a rejection that nobody
 * handles (`stray`), too much time or memory (`slow`, `large`).
 */
export const FORBIDDEN = ['wrong', 'untyped', 'stray', 'slow', 'large'] as const;
export type Outcome = (typeof ALLOWED)[number] | (typeof FORBIDDEN)[number];

/** Whether an outcome may be. */
export function isAllowed(outcome: string): boolean {
  return ALLOWED.some((allowed) => allowed === outcome);
}

/** What became of the damaged file of a number, and what its error said. */
export interface Attempt {
  readonly number: number;
  readonly outcome: Outcome;
  readonly message: string;
  /** The damaged file and what is in it, where the outcome may not be. */
  readonly file?: string;
  readonly bytes?: Uint8Array;
}

/** Damages a file of a format, `count` times from number `first` on, each time the whole one, and reads it. */
export async function* fuzzFormat(
  format: Format,
  count: number,
  seed: number,
  first = 0,
): AsyncGenerator<Attempt> {
  const folder = await mkdtemp(join(tmpdir(), 'fluxion-fuzz-'));
  let stray: unknown;
  const onStray = (reason: unknown): void => {
    stray = reason;
  };
  process.on('unhandledRejection', onStray);
  try {
    await mkdir(join(folder, 'making'));
    const files = await format.files(join(folder, 'making'));
    const names = Object.keys(files).sort();
    const place = join(folder, 'damaged');
    await writeFiles(place, files);
    beginPeak();
    const written = await format.read(place);
    const normal = peakMemory();

    for (let number = first; number < first + count; number++) {
      const file = names[number % names.length] as string;
      const bytes = mutate(files[file] as Uint8Array, seed, number);
      await rm(place, { recursive: true, force: true });
      await writeFiles(place, { ...files, [file]: bytes });
      beginPeak();
      const before = process.cpuUsage();
      const found = await outcomeOf(format, place, written);
      // A rejection that nobody handles is told after a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      const { user, system } = process.cpuUsage(before);
      if (stray !== undefined) found.outcome = 'stray';
      else if ((user + system) / 1e6 > MOST_SECONDS) found.outcome = 'slow';
      else if (peakMemory() - normal > MOST_BYTES) found.outcome = 'large';
      if (stray !== undefined) found.message = String(stray);
      stray = undefined;
      yield { number, ...found, ...(isAllowed(found.outcome) ? {} : { file, bytes }) };
    }
  } finally {
    process.off('unhandledRejection', onStray);
    await rm(folder, { recursive: true, force: true });
  }
}

async function outcomeOf(
  format: Format,
  place: string,
  written: unknown,
): Promise<{ outcome: Outcome; message: string }> {
  try {
    const read = await format.read(place);
    const isEqual = isDeepStrictEqual(read, written);
    const other = format.isChecked === true ? 'wrong' : 'different';
    return { outcome: isEqual ? 'equal' : other, message: '' };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const isPlaced = !(error instanceof DataError) || error.place.file !== undefined;
    const kind = ALLOWED.find(
      (name) => name in ERRORS && error instanceof ERRORS[name as keyof typeof ERRORS],
    );
    return { outcome: (isPlaced && kind) || 'untyped', message };
  }
}

async function writeFiles(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
}
