import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from './files.js';

it.each(['digits', 'mail', 'emoji', 'weather', 'flights', 'exported'])(
  'the example %s is a program of at most 60 lines',
  (name) => {
    const lines = readFileSync(`${root}/apps/examples/src/${name}.ts`, 'utf8').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(20);
    expect(lines.length).toBeLessThanOrEqual(60);
  },
);
