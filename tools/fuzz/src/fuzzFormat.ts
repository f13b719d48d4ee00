import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { CheckpointError, DataError, OptionError, ShapeError, StateError } from '@fluxion/tensor';
import { type Format, writeFiles } from './formats.js';
import { mutate } from './mutate.js';

/** Processor time that one file may take, in seconds, and memory beyond what all take, in bytes. */
const MOST_SECONDS = 2;
const MOST_BYTES = 256 * 2 ** 20;

/**
 * What became of a damaged file: `read`, `refused` by one of the library's errors, or what must not be: another error
 * (`untyped`), a rejection that nobody handles (`stray`), other contents than were written though there are checksums
 * (`wrong`), too much time or memory (`slow`, `large`).
 */
export const OUTCOMES = ['read', 'refused', 'untyped', 'stray', 'wrong', 'slow', 'large'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What became of the damaged file of a number, and what its error said. */
export interface Attempt {
  readonly number: number;
  readonly outcome: Outcome;
  readonly message: string;
  /** The damaged file and what is in it, where the outcome must not be. */
  readonly file?: string;
  readonly bytes?: Uint8Array;
}

const TYPED = [DataError, CheckpointError, OptionError, ShapeError, StateError];

/** Damages a file of a format, `count` times from number `first` on, each time anew, and reads it. */
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
    const written = await format.read(place);

    for (let number = first; number < first + count; number++) {
      const file = names[number % names.length] as string;
      const bytes = mutate(files[file] as Uint8Array, seed, number);
      await rm(place, { recursive: true, force: true });
      await writeFiles(place, { ...files, [file]: bytes });
      const resident = process.memoryUsage.rss();
      const before = process.cpuUsage();
      const found = await outcomeOf(format, place, written);
      // A rejection that nobody handles is told after a turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      const { user, system } = process.cpuUsage(before);
      if (stray !== undefined) found.outcome = 'stray';
      else if ((user + system) / 1e6 > MOST_SECONDS) found.outcome = 'slow';
      else if (process.memoryUsage.rss() - resident > MOST_BYTES) found.outcome = 'large';
      if (stray !== undefined) found.message = String(stray);
      stray = undefined;
      const isFine = found.outcome === 'read' || found.outcome === 'refused';
      yield { number, ...found, ...(isFine ? {} : { file, bytes }) };
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
    const isWrong = format.isChecked === true && !isDeepStrictEqual(read, written);
    return { outcome: isWrong ? 'wrong' : 'read', message: '' };
  } catch (error) {
    const isTyped = TYPED.some((type) => error instanceof type);
    const isPlaced = !(error instanceof DataError) || error.place.file !== undefined;
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { outcome: isTyped && isPlaced ? 'refused' : 'untyped', message };
  }
}
