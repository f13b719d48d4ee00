import { createRequire } from 'node:module';
import { OptionError } from './errors.js';

/** A native function. */
// biome-ignore lint/suspicious/noExplicitAny: what it takes and answers is in its prototype
export type NativeFunction = (...args: any[]) => any;

/** A native library that is open. */
export interface NativeLibrary {
  func(prototype: string): NativeFunction;
  /** The address of an exported variable. */
  symbol(name: string): bigint;
}

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string, options?: { readonly global: boolean }): NativeLibrary;
}

/** Which library is wanted, and what to say where there is none. */
export interface LibrarySearch {
  /** Who wants it, as errors begin. */
  readonly for: string;
  /** What it may be called, the best first. */
  readonly names: readonly string[];
  /** What to do where none is found. */
  readonly fix: string;
  /** What can be done without it, where something can. */
  readonly otherwise?: string;
  /** Whether its names are to be among those of the whole process. */
  readonly global?: boolean;
}

/**
 * Finds a native library at run time through the optional package koffi.
 *
 * @throws {OptionError} when koffi is not installed, or there is no library of these names; the message says what to install.
 */
export function nativeLibrary(search: LibrarySearch): {
  readonly name: string;
  readonly library: NativeLibrary;
} {
  const { names, fix, global = false } = search;
  const otherwise = search.otherwise === undefined ? '' : `, or ${search.otherwise}`;
  const { load } = koffi(search.for, otherwise);
  for (const name of names) {
    try {
      return { name, library: load(name, { global }) };
    } catch {
      // Not this one; the next may be there.
    }
  }
  const wanted = names.join(' or ') || 'which none is known of on this system';
  throw new OptionError(
    `${search.for}: expected a native library, ${wanted}, found none; ${fix}${otherwise}`,
  );
}

function koffi(who: string, otherwise: string): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new OptionError(
      `${who}: expected the package koffi, which calls native libraries, it is not installed; npm install koffi${otherwise}`,
      { cause },
    );
  }
}
