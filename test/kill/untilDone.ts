import { spawn } from 'node:child_process';
import { listCheckpoints } from '@fluxion/checkpoint';
import { random } from '@fluxion/tensor';

/** One life: what it printed, and whether it was killed. */
export interface Life {
  readonly out: string;
  readonly killed: boolean;
}

/**
 * Runs a program in a process of its own.
 *
 * @param killAfter milliseconds after its first output at which it is killed
 * @throws {Error} with what it said, when it ends otherwise than by success or that.
 */
export async function live(args: readonly string[], killAfter: number | undefined): Promise<Life> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (out === '' && killAfter !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfter);
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on('close', (...ended) => resolve(ended)),
  );
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the learner ended with ${code ?? signal}: ${err}`);
  return { out, killed: signal === 'SIGKILL' };
}

/**
 * Runs a program again and again, each time killed at a random moment, until one life comes to its end. Where nothing new is
 * saved in a life, the next ones last longer.
 *
 * @param life milliseconds that one lasts at most at first
 * @param growth how much longer the next ones last
 * @param most how often it is killed before it is left alone
 */
export async function untilDone(
  args: readonly string[],
  {
    directory,
    life,
    seed,
    growth = 1.5,
    most = Number.POSITIVE_INFINITY,
  }: {
    readonly directory: string;
    readonly life: number;
    readonly seed: string;
    readonly growth?: number;
    readonly most?: number;
  },
): Promise<{ readonly out: string; readonly kills: number }> {
  const chance = random(1, seed);
  let [kills, longest] = [0, life];
  let newest: string | undefined;
  for (;;) {
    const { out, killed } = await live(args, kills < most ? chance.uniform(kills) * longest : undefined);
    if (!killed) return { out, kills };
    kills++;
    const [saved] = await listCheckpoints(directory);
    if (saved === newest) longest *= growth;
    newest = saved;
  }
}
