import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { formats } from './formats.js';
import { ALLOWED, type Attempt, FORBIDDEN, isAllowed } from './fuzzFormat.js';

// fuzz [COUNT] [SEED] [FORMAT-PART]: damages a file of each format 10,000 times, each in a process of its own that is ended when
// it hangs, and prints what became of them. What may not be is left in runs/fuzz, and is the exit code.
const [count = '10000', seed = '1', part = ''] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../../../runs/fuzz', import.meta.url));
const program = fileURLToPath(new URL('fuzzProcess.js', import.meta.url));

/** Seconds after which a file that has not been read counts as one that hangs. */
const PATIENCE = 30;

/** How a process ended that was to damage files from a number on. */
interface End {
  readonly next: number;
  readonly died: 'hang' | 'crash' | undefined;
}

async function attempts(name: string, first: number, see: (attempt: Attempt) => void): Promise<End> {
  const left = Number(count) - first;
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=512', program, name, String(left), seed, String(first), folder],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let next = first;
  let hangs = false;
  const onHang = (): void => {
    hangs = true;
    child.kill('SIGKILL');
  };
  let watch = setTimeout(onHang, PATIENCE * 1000);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(watch);
    watch = setTimeout(onHang, PATIENCE * 1000);
    see(JSON.parse(line) as Attempt);
    next++;
  }
  clearTimeout(watch);
  return { next, died: next === Number(count) ? undefined : hangs ? 'hang' : 'crash' };
}

let bad = 0;
for (const name of Object.keys(formats).filter((name) => name.toLowerCase().includes(part.toLowerCase()))) {
  const counts = new Map<string, number>();
  const tell = (outcome: string, number: number, message: string): void => {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (isAllowed(outcome)) return;
    bad++;
    console.log(`${name}, seed ${seed}, number ${number}: ${outcome} ${message}`);
  };
  for (let first = 0; first < Number(count); ) {
    const end = await attempts(name, first, ({ outcome, number, message }) => tell(outcome, number, message));
    if (end.died !== undefined) tell(end.died, end.next, '');
    first = end.died === undefined ? end.next : end.next + 1;
  }
  const classes = [...ALLOWED, ...FORBIDDEN, 'hang', 'crash'].flatMap((outcome) =>
    counts.has(outcome) ? `${counts.get(outcome)} ${outcome}` : [],
  );
  console.log(`${name}: ${classes.join(', ')}`);
}
process.exitCode = bad === 0 ? 0 : 1;
