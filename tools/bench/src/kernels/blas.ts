import { createRequire } from 'node:module';
import { report } from 'node:process';
import { type Arena, createKernels, hasBlas, type Kernels } from '@fluxion/tensor';
import { THREADS } from '../contenders/contenderProcess.js';

const ROW_MAJOR = 101;
const AS_IT_IS = 111;
const TRANSPOSED = 112;

/** The BLAS of this machine, with one thread. */
export interface Blas {
  /** What it is: its own words where it has any, or its file. */
  readonly version: string;
  /** Kernels whose products of matrices are its sgemm. */
  readonly kernels: Kernels;
  /** y ← x · a + beta·y, for a of [rows, columns]. */
  vectorMatrix(rows: number, columns: number, a: Floats, x: Floats, beta: number, y: Floats): void;
  /** y ← a · x, for a of [rows, columns]. */
  matrixVector(rows: number, columns: number, a: Floats, x: Floats, y: Floats): void;
  /** a ← a + factor · xᵀ · y, for a of [rows, columns]. */
  outer(rows: number, columns: number, factor: number, x: Floats, y: Floats, a: Floats): void;
}

type Floats = Float32Array;
type Native = (...args: (number | Floats)[]) => void;

/** Why there may be none, and what to do. */
export const NO_BLAS =
  'left out: BLAS: koffi or a BLAS library was not found; npm install koffi, and apt-get install libopenblas0-pthread (Debian) or dnf install openblas (Fedora); macOS has Accelerate';

/** The BLAS of this machine on the memory of an arena, or undefined. Call it before any other use of BLAS. */
export function blas(memory: Arena): Blas | undefined {
  // The libraries read these when they are loaded.
  for (const name of THREADS) process.env[name] = '1';
  if (!hasBlas()) return undefined;
  const file = loadedLibrary();
  const { load } = createRequire(import.meta.url)('koffi') as {
    load(path: string): { func(prototype: string): unknown };
  };
  const library = load(file);
  const sgemv = library.func(
    'void cblas_sgemv(int, int, int, int, float, const float *, int, const float *, int, float, float *, int)',
  ) as Native;
  const sger = library.func(
    'void cblas_sger(int, int, int, float, const float *, int, const float *, int, float *, int)',
  ) as Native;
  return {
    version: configuration(library) ?? file,
    kernels: createKernels('blas', memory),
    vectorMatrix: (rows, columns, a, x, beta, y) =>
      sgemv(ROW_MAJOR, TRANSPOSED, rows, columns, 1, a, columns, x, 1, beta, y, 1),
    matrixVector: (rows, columns, a, x, y) =>
      sgemv(ROW_MAJOR, AS_IT_IS, rows, columns, 1, a, columns, x, 1, 0, y, 1),
    outer: (rows, columns, factor, x, y, a) => sger(ROW_MAJOR, rows, columns, factor, x, 1, y, 1, a, columns),
  };
}

/** The file of the library that the kernels have loaded, so that all figures are of the same one. */
function loadedLibrary(): string {
  const { sharedObjects } = report.getReport() as unknown as { sharedObjects: readonly string[] };
  const file = sharedObjects.find((path) => /openblas|mkl_rt|blis|cblas|Accelerate/.test(path));
  if (file === undefined) throw new Error('bench: expected a BLAS among the loaded libraries, found none');
  return file;
}

function configuration(library: { func(prototype: string): unknown }): string | undefined {
  try {
    return (library.func('const char *openblas_get_config()') as () => string)().trim();
  } catch {
    // Only OpenBLAS has it.
    return undefined;
  }
}
