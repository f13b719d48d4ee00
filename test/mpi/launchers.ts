import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** What starts the ranks of a job. */
export interface Launcher {
  /** The library that it belongs to. */
  readonly name: 'Open MPI' | 'MPICH';
  readonly command: string;
  readonly options: readonly string[];
}

/** An MPI library, and what starts its ranks, where it is installed. */
export interface Library {
  readonly name: Launcher['name'];
  readonly launcher: Launcher | undefined;
  /** What is told where it is left out. */
  readonly missing: string;
}

const known: readonly Launcher[] = [
  // As many ranks as are asked for, however few cores there are; in containers tests run as root.
  ...['mpirun.openmpi', 'mpirun'].map((command) => ({
    name: 'Open MPI' as const,
    command,
    options: ['--oversubscribe', '--allow-run-as-root'],
  })),
  ...['mpirun.mpich', 'mpiexec.hydra', 'mpirun'].map((command) => ({
    name: 'MPICH' as const,
    command,
    options: [],
  })),
];

function versionOf(command: string): string {
  const { stdout, error } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return error === undefined ? stdout : '';
}

const belongs = ({ name, command }: Launcher): boolean =>
  (name === 'Open MPI' ? /Open MPI|OpenRTE/ : /HYDRA|mpich/i).test(versionOf(command));

/** Both, on whatever machine; of one that is not installed it is told that it is left out. */
export const libraries: readonly Library[] = (['Open MPI', 'MPICH'] as const).map((name) => {
  const launcher = known.find((one) => one.name === name && belongs(one));
  const missing = `${name} is not on this machine (apt-get install ${name === 'MPICH' ? 'mpich' : 'openmpi-bin libopenmpi3'})`;
  if (launcher === undefined) console.log(`left out: ${missing}`);
  return { name, launcher, missing };
});

/** One of them, of those that are installed if there are any. */
export const library: Library =
  libraries.find(({ launcher }) => launcher !== undefined) ?? (libraries[0] as Library);

/** A job that is running. */
export interface Job {
  readonly child: ChildProcess;
  /** How it has ended, and all that its ranks have printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}

/** Starts so many ranks of a program. */
export function launch(
  { command, options }: Launcher,
  ranks: number,
  args: readonly string[],
  cwd?: string,
): Job {
  const child = spawn(command, [...options, '-n', String(ranks), process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  const ended = new Promise<{ code: number | null; out: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out }));
  });
  return { child, ended };
}
