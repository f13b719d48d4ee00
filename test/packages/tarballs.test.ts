import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { problemAffectsResolutionKind } from '@arethetypeswrong/core/problems';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { root, sourceFiles } from '../repository/files.js';

const run = promisify(execFile);
const { packageManager = 'pnpm' } = readJson('package.json');

const published = sourceFiles('packages/*/package.json', 'apps/*/package.json')
  .map((file) => ({ folder: dirname(relative(root, file)), ...readJson(file) }))
  .filter((manifest) => manifest.private !== true)
  .map(({ folder, name, version, exports }) => ({
    folder,
    name,
    tarball: `${name.replace('@', '').replace('/', '-')}-${version}.tgz`,
    isLibrary: exports !== undefined,
  }));
const libraries = published.filter(({ isLibrary }) => isLibrary);

describe('packed and installed elsewhere', () => {
  let consumer: string;

  beforeAll(async () => {
    consumer = await mkdtemp(join(tmpdir(), 'fluxion-consumer-'));
    const filters = published.flatMap(({ name }) => ['--filter', name]);
    await run('npx', ['--yes', packageManager, ...filters, 'pack', '--pack-destination', consumer], {
      cwd: root,
    });
    const dependencies = Object.fromEntries(published.map(({ name, tarball }) => [name, `file:${tarball}`]));
    await writeFile(join(consumer, 'package.json'), JSON.stringify({ type: 'module', dependencies }));
    await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: consumer });
  });
  afterAll(() => rm(consumer, { recursive: true }));

  const bytesOf = async (tarball: string): Promise<ArrayBuffer> =>
    new Uint8Array(await readFile(join(consumer, tarball))).buffer;

  describe.each(published)('$name', ({ name, tarball }) => {
    it('is what publint accepts', async () => {
      const { messages, pkg } = await publint({ pack: { tarball: await bytesOf(tarball) }, strict: true });
      expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
    });

    it('has what readers look for, and no tests', async () => {
      const files = await readdir(join(consumer, 'node_modules', name), { recursive: true });
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      expect(files.filter((file) => /[.]test[.]|testing|tsbuildinfo/.test(file))).toEqual([]);
    });
  });

  describe.each(libraries)('$name', ({ name, tarball }) => {
    it('has types wherever ES modules are resolved', async () => {
      const analysis = await checkPackage(
        createPackageFromTarballData(new Uint8Array(await bytesOf(tarball))),
      );
      if (!analysis.types) throw new Error(`${name} has no types`);
      const problems = analysis.problems.filter((problem) =>
        (['node16-esm', 'bundler'] as const).some((kind) =>
          problemAffectsResolutionKind(problem, kind, analysis),
        ),
      );
      expect(problems).toEqual([]);
    });
  });

  it('export what each index.ts says', async () => {
    const program = `
      const names = {};
      for (const name of ${JSON.stringify(libraries.map(({ name }) => name))}) names[name] = Object.keys(await import(name)).toSorted();
      console.log(JSON.stringify(names));`;
    const { stdout } = await run('node', ['--input-type=module', '-e', program], { cwd: consumer });
    const sources = libraries.map(async ({ name, folder }) => {
      const source: object = await import(join(root, folder, 'src/index.ts'));
      return [name, Object.keys(source).toSorted()] as const;
    });
    expect(JSON.parse(stdout)).toEqual(Object.fromEntries(await Promise.all(sources)));
  });

  it('trains', async () => {
    const program = join(consumer, 'consumer.ts');
    await copyFile(join(root, 'test/packages/consumer.ts'), program);
    expect(compile([program])).toEqual([]);
    const { stdout } = await run('node', ['consumer.js'], { cwd: consumer });
    const { step, loss } = JSON.parse(stdout);
    expect(step).toBe(400);
    expect(loss).toBeLessThan(0.1);
  });
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports?: object;
  readonly packageManager?: string;
}

function readJson(file: string): Manifest {
  return JSON.parse(readFileSync(resolve(root, file), 'utf8'));
}
