import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { root, sourceFiles } from '../repository/files.js';
import { publicExports } from '../repository/publicExports.js';
import { newSandbox } from './sandbox.js';

// What an example may take for granted: a reader has it, or fills it in.
const given = `
  import { createReadStream } from 'node:fs';
  import { writeFile } from 'node:fs/promises';
  import { from } from 'rxjs';
  import { tableFromArrays } from 'apache-arrow';
  declare const json: string, weights: Map<string, import('@fluxion/tensor').Tensor>;
  declare const model: import('@fluxion/graph').FlowGraph;
  declare const loss: import('@fluxion/graph').Losses;
  declare const { inputs, targets }: import('@fluxion/graph').CheckedExamples;
  declare const optimizer: import('@fluxion/optim').Optimizer;
  declare const source: import('@fluxion/data').Source;
  declare const run: import('@fluxion/report').Run;
  declare const options: import('@fluxion/data').ExamplesOptions;
  declare function learn(examples: import('@fluxion/data').Examples): void;
`;

const packageOf = new Map(
  publicExports.flatMap(({ name, symbols }) => symbols.map((symbol) => [symbol.name, name] as const)),
);

const examples = sourceFiles('packages/*/src/**/*.ts')
  .filter((file) => !file.endsWith('.test.ts'))
  .flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ \* @example\n(?<body>(?: \*(?! @|\/).*\n)+)/gm)].map(
      ({ groups, index, input }) => ({
        place: `${relative(root, file)}:${input.slice(0, index).split('\n').length + 1}`,
        code: (groups?.body ?? '').replaceAll(/^ \* ?/gm, ''),
      }),
    ),
  );

describe('the examples in docstrings have the right types', () => {
  let folder: string;
  let errors: string[];
  const fileOf = (place: string): string => `${place.replaceAll(/\W/g, '-')}.ts`;

  beforeAll(async () => {
    folder = await newSandbox();
    for (const { place, code } of examples)
      await writeFile(join(folder, fileOf(place)), `${given}${imports(code)}\n{\n${code}}`);
    errors = compile(
      examples.map(({ place }) => join(folder, fileOf(place))),
      { skipLibCheck: true },
    );
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each(examples)('$place', ({ place }) => {
    expect(errors.filter((error) => error.includes(fileOf(place)))).toEqual([]);
  });
});

/** Imports of the public names that the code mentions. */
function imports(code: string): string {
  const names = new Set(code.match(/\b[A-Za-z]\w*\b/g));
  return [...names]
    .filter((name) => packageOf.has(name))
    .map((name) => `import { ${name} } from '${packageOf.get(name)}';`)
    .join('\n');
}
