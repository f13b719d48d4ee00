import { basename, dirname } from 'node:path';
import { expect, it } from 'vitest';
import { root, sourceFiles } from './files.js';

const umbrella: object = await import(`${root}/apps/cli/src/index.ts`);

it.each(
  sourceFiles('packages/*/src/index.ts').map((index) => ({ name: basename(dirname(dirname(index))), index })),
)('fluxion has every value of @fluxion/$name', async ({ index }) => {
  const values: object = await import(index);
  expect(Object.keys(umbrella)).toEqual(expect.arrayContaining(Object.keys(values)));
});
