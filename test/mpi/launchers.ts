import { type ChildProcess, spawn, spawnSync } from 'node:child_process';

/** What starts the ranks of a job. */
export interface Launcher {
  /** The library that it belongs to. */
  readonly name: 'Open MPI' | 'MPICH';
  readonly command: string;
  readonly options: readonly string[];
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

/** Those of this machine; what is not installed is told of. */
export const launchers: readonly Launcher[] = (['Open MPI', 'MPICH'] as const).flatMap((name) => {
  const found = known.find((launcher) => launcher.name === name && belongs(launcher));
  if (found !== undefined) return [found];
  console.log(
    `${name} is left out, its mpirun is not installed: apt-get install ${name === 'MPICH' ? 'mpich' : 'openmpi-bin libopenmpi3'}`,
  );
  return [];
});

/** A job that is running. */
export interface Job {
  readonly child: ChildProcess;
  /** How it has ended, and all that its ranks have printed. */
  readonly ended: Promise<{ readonly code: number | null; readonly out: string }>;
}

/** Starts so many ranks of a program. */
export function launch({ command, options }: Launcher, ranks: number, args: readonly string[]): Job {
  const child = spawn(command, [...options, '-n', String(ranks), process.execPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
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
