import { arena, createKernels, type Kernels, type KernelsName, type Run } from '@fluxion/tensor';
import { type ArithmeticBuild, arithmeticLimit } from './arithmeticLimit.js';
import { blas, NO_BLAS } from './blas.js';
import type { KernelCase } from './kernelCase.js';
import { KERNEL_ROUNDS, STEP_ROUNDS } from './kernelRounds.js';
import { kernelsPage } from './kernelsPage.js';
import type { KernelFigures } from './kernelTable.js';
import { mapCases } from './mapCases.js';
import { matrixCases } from './matrixCases.js';
import { secondsPerCall } from './secondsPerCall.js';
import { stepCases } from './stepCases.js';
import { vectorCases } from './vectorCases.js';

/**
 * Measures each kernel whose title contains `part`, by each implementation that this machine has and by BLAS, and whole
 * steps made of them; tells each figure as it is found.
 *
 * @returns the page
 * @throws {Error} when no kernel has such a title.
 */
export async function benchKernels(part: string): Promise<string> {
  const memory = arena('float32');
  const library = blas(memory);
  const implementations: Kernels[] = [createKernels('wasm', memory)];
  const leftOut: string[] = [];
  try {
    implementations.push(createKernels('wasm-relaxed', memory));
  } catch (error) {
    leftOut.push(`left out: wasm-relaxed: ${(error as Error).message}`);
  }
  if (library === undefined) leftOut.push(NO_BLAS);
  for (const reason of leftOut) console.log(reason);

  const measured = (title: string, runs: ReadonlyMap<string, Run>, rounds = KERNEL_ROUNDS) => {
    const seconds = secondsPerCall([...runs.values()], rounds);
    const named = [...runs.keys()].map((name, i) => [name, seconds[i] as number] as const);
    console.log(
      `${title.padEnd(44)}${named.map(([name, each]) => `${name} ${duration(each)}`.padStart(26)).join('')}`,
    );
    return Object.fromEntries(named);
  };
  const isWanted = ({ title }: { title: string }): boolean => title.includes(part);
  const figuresOf = (cases: readonly KernelCase[]): readonly KernelFigures[] =>
    cases.filter(isWanted).map(({ title, flops, bytes, bind, blas: byBlas }) => {
      const runs = new Map(implementations.map((kernels) => [kernels.name as string, bind(kernels)]));
      if (library !== undefined && byBlas !== undefined) runs.set('BLAS', byBlas(library));
      return { title, flops, bytes, seconds: measured(title, runs) };
    });

  const limits = await Promise.all(
    implementations.map(async ({ name }) => ({ name, ...(await arithmeticLimit(name as ArithmeticBuild)) })),
  );
  const registers = measured('registers alone', new Map(limits.map(({ name, run }) => [name, run])));
  const matrices = figuresOf(matrixCases(memory));
  const vectors = figuresOf(vectorCases(memory));
  const maps = figuresOf(mapCases(memory));
  const names: KernelsName[] = implementations.map(({ name }) => name);
  if (library !== undefined) names.push('blas');
  const steps = stepCases()
    .filter(isWanted)
    .map(({ title, batchSize, bind }) => {
      // One example never comes to BLAS.
      const able = names.filter((name) => name !== 'blas' || batchSize > 1);
      const seconds = measured(title, new Map(able.map((name) => [name, bind(name)])), STEP_ROUNDS);
      return { title, batchSize, seconds };
    });
  if ([matrices, vectors, maps, steps].every(({ length }) => length === 0))
    throw new Error(
      `bench kernels: expected a part of a kernel's title, as 'affine' or '784', got '${part}'`,
    );
  const rates = limits.map(({ name, flops }) => [name, flops / (registers[name] as number)] as const);
  return kernelsPage({
    limits: Object.fromEntries(rates),
    matrices,
    vectors,
    maps,
    steps,
    blas: library?.version,
    leftOut,
  });
}

function duration(seconds: number): string {
  return seconds < 1e-6 ? `${(seconds * 1e9).toFixed(1)} ns` : `${(seconds * 1e6).toFixed(2)} µs`;
}
