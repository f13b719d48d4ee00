import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/temporaryFolder.js';
import { readFolder } from './readFolder.js';

/** Writes one version after the other, and says which it has written. */
const PROGRAM = `
  import { writeFolder } from './writeFolder.js';
  import { setTimeout } from 'node:timers/promises';
  const [, , folder, first, pause] = process.argv;
  for (let version = Number(first); ; version++) {
    const chunk = new Uint8Array(Uint32Array.from({ length: 256 }, () => version).buffer);
    await writeFolder(folder, {
      'model.json': JSON.stringify({ version }),
      'weights.safetensors': Array.from({ length: 16 }, () => chunk),
    });
    process.stdout.write(version + '\\n');
    await setTimeout(Number(pause));
  }
`;

/** The sources as JavaScript that Node runs on its own, for a process that can be killed. */
async function compile(folder: string): Promise<string> {
  const source = dirname(fileURLToPath(import.meta.url));
  const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const emit = async (from: string, to: string): Promise<void> => {
    await mkdir(dirname(to), { recursive: true });
    await writeFile(
      to,
      ts.transpileModule(await readFile(from, 'utf8'), { compilerOptions: options }).outputText,
    );
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  for (const name of await readdir(source)) {
    if (!name.endsWith('.test.ts')) await emit(join(source, name), join(folder, name.replace('.ts', '.js')));
  }
  const tensor = join(folder, 'node_modules', '@fluxion', 'tensor');
  await emit(join(source, '../../../tensor/src/errors.ts'), join(tensor, 'index.js'));
  await writeFile(join(tensor, 'package.json'), '{ "type": "module", "exports": "./index.js" }');
  const program = join(folder, 'program.js');
  await writeFile(program, PROGRAM);
  return program;
}

/** Starts the program, and waits until it has written something. */
async function start(
  program: string,
  folder: string,
  first: number,
  pause: number,
): Promise<{ child: ChildProcess; said: () => number }> {
  const child = spawn(process.execPath, [program, folder, `${first}`, `${pause}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await once(child.stdout, 'data');
  return { child, said: () => Number(output.trim().split('\n').at(-1)) };
}

/** The version that the folder holds, having checked that it is whole. */
function readVersion(folder: string): Promise<number> {
  return readFolder(folder, async (path) => {
    const { version } = JSON.parse(await readFile(join(path, 'model.json'), 'utf8')) as { version: number };
    // A pause in which the folder may be replaced.
    await setTimeout(0);
    const weights = await readFile(join(path, 'weights.safetensors'));
    return { version, weights };
  }).then(({ version, weights }) => {
    const written = Buffer.from(Uint32Array.from({ length: 4096 }, () => version).buffer);
    expect(weights.equals(written)).toBe(true);
    return version;
  });
}

describe('writeFolder in another process', () => {
  test('that is killed at any time leaves the old or the new folder', async () => {
    const scratch = await temporaryFolder();
    const program = await compile(scratch);
    const folder = join(scratch, 'models', 'model');
    let version = -1;
    for (let round = 0; round < 10; round++) {
      const { child, said } = await start(program, folder, version + 1, 0);
      await setTimeout(Math.random() * 25);
      child.kill('SIGKILL');
      await once(child, 'close');
      version = await readVersion(folder);
      expect([said(), said() + 1]).toContain(version);
    }
    expect((await readdir(dirname(folder))).length).toBeLessThanOrEqual(3);
  });

  test('and is read meanwhile always shows one writing', async () => {
    const scratch = await temporaryFolder();
    const folder = join(scratch, 'models', 'model');
    const { child, said } = await start(await compile(scratch), folder, 0, 5);
    let last = 0;
    // A writer on a busy machine may have written only once while so much was read.
    for (let reading = 0; child.exitCode === null && (reading < 100 || said() === 0); reading++) {
      const version = await readVersion(folder);
      expect(version).toBeGreaterThanOrEqual(last);
      last = version;
    }
    expect(child.exitCode).toBeNull();
    expect(said()).toBeGreaterThan(0);
  });
});
