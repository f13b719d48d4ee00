import { describe, expect, it } from 'vitest';
import { extractExamples } from './extractExamples.js';

describe('extractExamples', () => {
  it('takes the ts blocks of a page, with the line where each begins', () => {
    const page = [
      '# Title',
      '',
      '```ts',
      'one();',
      '```',
      '```sh',
      'ls',
      '```',
      '```ts',
      'two();',
      '  three();',
      '```',
    ];
    expect(extractExamples(page.join('\n'))).toEqual([
      { line: 4, code: 'one();' },
      { line: 10, code: 'two();\n  three();' },
    ]);
  });

  it('leaves out what is marked as a fragment', () => {
    expect(extractExamples('```ts fragment\nupdate(...)\n```\n')).toEqual([]);
  });
});
