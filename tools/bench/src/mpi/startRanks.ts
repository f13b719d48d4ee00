import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** An MPI library of this machine: its launcher and its compiler. */
export interface Family {
  readonly name: string;
  readonly run: readonly string[];
  readonly compiler: string;
}

const families: readonly Family[] = [
  {
    name: 'Open MPI',
    run: ['mpirun.openmpi', '--oversubscribe', '--allow-run-as-root'],
    compiler: 'mpicc.openmpi',
  },
  // Each rank on a core of its own, as Open MPI binds them.
  { name: 'MPICH', run: ['mpirun.mpich', '-bind-to', 'core'], compiler: 'mpicc.mpich' },
];

/** Those that are installed, under the names that Debian gives them. */
export function presentFamilies(): readonly Family[] {
  return families.filter(({ run: [command = ''] }) => spawnSync(command, ['--version']).status === 0);
}

/** Runs so many ranks of a program, and answers what they printed. */
export function startRanks({ run }: Family, ranks: number, program: readonly string[]): string {
  const [command = '', ...options] = run;
  const { status, stdout, stderr } = spawnSync(command, [...options, '-n', String(ranks), ...program], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The command that runs a program of this folder. */
export function nodeProgram(name: string, ...args: readonly string[]): readonly string[] {
  return [process.execPath, fileURLToPath(new URL(`./${name}.js`, import.meta.url)), ...args];
}
