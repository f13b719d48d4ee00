import { createRequire } from 'node:module';
import { OptionError } from '@fluxion/tensor';

/** A native function. */
export type NativeFunction = (...args: readonly unknown[]) => number;

/** A native library that is open. */
export interface NativeLibrary {
  func(prototype: string): NativeFunction;
  /** The address of an exported variable. */
  symbol(name: string): bigint;
}

/** The part of koffi that is used here. */
export interface Koffi {
  load(path: string, options: { readonly global: boolean }): NativeLibrary;
}

/** @throws {OptionError} when koffi is not installed. */
export function koffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new OptionError(
      'mpi: expected the package koffi, which calls native libraries, it is not installed; npm install koffi',
      { cause },
    );
  }
}
