import { createRequire } from 'node:module';
import { OptionError } from '../errors.js';

/** `cblas_sgemm`: C ← alpha·op(A)·op(B) + beta·C in single precision, matrices given by views of their first element. */
export type Sgemm = (
  order: number,
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Float32Array,
  lda: number,
  b: Float32Array,
  ldb: number,
  beta: number,
  c: Float32Array,
  ldc: number,
) => void;

/** A BLAS of this machine. */
export interface BlasLibrary {
  /** What it was found by: `libopenblas.so.0`. */
  readonly name: string;
  readonly sgemm: Sgemm;
}

/** The part of koffi that is used here. */
interface Koffi {
  load(path: string): { func(prototype: string): (...args: never[]) => unknown };
}

const PROTOTYPE =
  'void cblas_sgemm(int, int, int, int, int, int, float, const float *, int, const float *, int, float, float *, int)';

/** Names that BLAS libraries go by, the fastest first. */
const NAMES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    'libmkl_rt.so.2',
    'libmkl_rt.so',
    'libopenblas.so.0',
    'libopenblas.so',
    'libblis.so.4',
    'libblis.so.3',
    'libcblas.so.3',
  ],
  darwin: [
    '/System/Library/Frameworks/Accelerate.framework/Accelerate',
    '/opt/homebrew/opt/openblas/lib/libopenblas.dylib',
    '/usr/local/opt/openblas/lib/libopenblas.dylib',
  ],
  win32: ['mkl_rt.2.dll', 'libopenblas.dll'],
};

let found: BlasLibrary | undefined;

/**
 * The BLAS of this machine, found at run time through koffi: MKL, OpenBLAS, BLIS or Accelerate.
 *
 * @throws {OptionError} when koffi is not installed, or no library is found; the message says what to install.
 */
export function blasLibrary(): BlasLibrary {
  found ??= find(koffi());
  return found;
}

/** Whether there is a BLAS that `kernels: 'blas'` would use. */
export function hasBlas(): boolean {
  try {
    blasLibrary();
    return true;
  } catch {
    return false;
  }
}

function koffi(): Koffi {
  try {
    return createRequire(import.meta.url)('koffi') as Koffi;
  } catch (cause) {
    throw new OptionError(
      "kernels 'blas': expected the package koffi, which calls native libraries, it is not installed; npm install koffi, or use kernels 'wasm'",
      { cause },
    );
  }
}

function find({ load }: Koffi): BlasLibrary {
  const names = NAMES[process.platform] ?? [];
  for (const name of names) {
    try {
      return { name, sgemm: load(name).func(PROTOTYPE) as Sgemm };
    } catch {
      // Not this one; the next may be there.
    }
  }
  throw new OptionError(
    `kernels 'blas': expected one of ${names.join(', ')}, found none; install one (Debian: apt-get install libopenblas0-pthread; Fedora: dnf install openblas; macOS has Accelerate), or use kernels 'wasm'`,
  );
}
