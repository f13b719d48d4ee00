import { availableParallelism } from 'node:os';
import { type NativeLibrary, nativeLibrary } from '../nativeLibrary.js';

/** What `cblas_sgemm` takes after the order of its matrices, which are given by pointers of some kind. */
export type SgemmArguments<Pointer> = [
  transA: number,
  transB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: Pointer,
  lda: number,
  b: Pointer,
  ldb: number,
  beta: number,
  c: Pointer,
  ldc: number,
];

/** `cblas_sgemm`: C ← alpha·op(A)·op(B) + beta·C in single precision, matrices given by views of their first element. */
export type Sgemm = (order: number, ...given: SgemmArguments<Float32Array>) => void;

/** A BLAS of this machine. */
export interface BlasLibrary {
  /** What it was found by: `libopenblas.so.0`. */
  readonly name: string;
  readonly sgemm: Sgemm;
  /** Multiplications up to which it takes matrices as they are, and packs neither first; 0 where that is not known. */
  readonly unpacked: number;
  /** Whether two of our threads are to call it, each for its part of a product; then it computes on one itself. */
  readonly isShared: boolean;
}

const SGEMM =
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
  if (found === undefined) {
    const { name, library } = nativeLibrary({
      for: "kernels 'blas'",
      names: NAMES[process.platform] ?? [],
      fix: 'install one (Debian: apt-get install libopenblas0-pthread; Fedora: dnf install openblas; macOS has Accelerate)',
      otherwise: "use kernels 'wasm'",
    });
    const sgemm = library.func(SGEMM) as Sgemm;
    // Before it is asked what it need not pack, which it knows of one thread only.
    const isShared = takeOverThreads(library);
    found = { name, sgemm, isShared, unpacked: unpackedBy(library) };
  }
  return found;
}

/**
 * Leaves OpenBLAS one of its two threads; answers whether it had two. Its own pack together and wait for each other, callers that
 * each multiply their part do not. With OpenMP the number would be that of the calling thread alone.
 */
function takeOverThreads(library: NativeLibrary): boolean {
  try {
    const threads = library.func('int openblas_get_num_threads()')();
    const hasOwnThreads = library.func('int openblas_get_parallel()')() === 1;
    if (threads !== 2 || !hasOwnThreads || availableParallelism() < 2) return false;
    library.func('void openblas_set_num_threads(int)')(1);
    return true;
  } catch {
    // Another library.
    return false;
  }
}

/** The cores with vectors of 512 bits, by OpenBLAS's names. */
const WIDE: readonly string[] = ['SkylakeX', 'Cooperlake', 'SapphireRapids'];

/** OpenBLAS has kernels for small products on wide cores, and takes them on one thread. */
function unpackedBy(library: NativeLibrary): number {
  try {
    const threads = library.func('int openblas_get_num_threads()')();
    const core = library.func('const char *openblas_get_corename()')();
    return threads === 1 && WIDE.includes(core) ? 1e6 : 0;
  } catch {
    // Another library.
    return 0;
  }
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
