import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DataError } from '@fluxion/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collect } from '../../../test/collect.js';
import { fixture } from '../../../test/fixture.js';
import { temporaryFolder } from '../../../test/temporaryFolder.js';
import type { ExamplesOptions } from '../../examples/examples.js';
import type { Source } from '../source.js';
import { arrowFile } from './arrowFile.js';
import { arrowStream } from './arrowStream.js';

const options: ExamplesOptions = {
  input: {
    numbers: ['int8', 'uint16', 'float32', 'float64', 'bool', 'int64'],
    bytes: 'bytes',
    matrix: 'matrix',
  },
  target: { category: 'category', name: 'view_name', large: 'large_name', class: 'class' },
  labelNames: {
    category: ['ant', 'cat', 'dog'],
    large: ['ant', 'cat', 'dog'],
    name: ['cat', 'dog', 'ant', 'cat', 'dog', 'ant'].map((name, i) => name.repeat(i < 3 ? 1 : 10)),
  },
  classes: 3,
  batchSize: 4,
};

/** Numbers that offsets, lengths and counts go wrong with. */
const nastyInts = [0, 1, -1, 7, 0x7fff_ffff, -0x8000_0000, 0x0100_0000, 65_536, 1_000_000];

const anyDamage = fc.oneof(
  fc.record({ at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ at: fc.nat(), int: fc.constantFrom(...nastyInts) }),
);

/** Whether it was read, or refused as it should be; anything else fails the test, as does a loop. */
async function outcome(source: Source): Promise<'read' | 'refused'> {
  try {
    const all = await collect(source, options);
    const sizes = all.map(({ size }) => size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(10);
    return 'read';
  } catch (error) {
    expect(error).toBeInstanceOf(DataError);
    return 'refused';
  }
}

describe('damaged data', () => {
  it.each(['types.arrow', 'types.arrows'])('is read or refused, and ends: %s', async (name) => {
    const whole = await readFile(fixture(name));
    const path = join(await temporaryFolder(), name);
    expect(
      await outcome(name.endsWith('.arrow') ? arrowFile(fixture(name)) : arrowStream(Readable.from([whole]))),
    ).toBe('read');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyDamage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const bytes = Buffer.from(whole);
        for (const damage of damages) {
          const at = damage.at % (bytes.length - 4);
          if ('byte' in damage) bytes[at] = damage.byte;
          else bytes.writeInt32LE(damage.int, at);
        }
        if (name.endsWith('.arrow')) await writeFile(path, bytes);
        const source = name.endsWith('.arrow') ? arrowFile(path) : arrowStream(Readable.from([bytes]));
        if ((await outcome(source)) === 'refused') refused++;
      }),
      { numRuns: 80 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it('is read or refused, and ends: each byte of the metadata in turn', async () => {
    const whole = await readFile(fixture('lz4.arrows'));
    const few: ExamplesOptions = { input: 'floats', target: 'category', labelNames: ['ant', 'cat', 'dog'] };
    let refused = 0;
    for (const at of whole.keys()) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ (at % 3 === 0 ? 0xff : 0x01);
      try {
        await collect(arrowStream(Readable.from([bytes])), few);
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});
