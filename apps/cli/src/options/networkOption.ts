import { readFileSync } from 'node:fs';
import type { BoxDescription } from '@fluxion/graph';
import { closest } from '@fluxion/tensor';
import { InvalidArgumentError, Option } from 'commander';
import type { Network } from '../model/tower.js';

const NAMES = ['conv', 'rnn', 'transformer'] as const;

/** What reads pictures, texts and sequences: `--network conv`, or the boxes of a file. */
export function networkOption(): Option {
  return new Option(
    '--network <name>',
    'what reads pictures, texts and lists: conv, rnn, transformer, or a JSON file with a list of boxes, in place of --hidden (default: conv for pictures, else none)',
  ).argParser(parseNetwork);
}

function parseNetwork(text: string): Network {
  const name = NAMES.find((name) => name === text);
  if (name !== undefined) return name;
  if (!text.endsWith('.json')) {
    const near = closest(text, NAMES);
    throw new InvalidArgumentError(
      `Expected ${NAMES.join(', ')}, or a file that ends in .json.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  let boxes: unknown;
  try {
    boxes = JSON.parse(readFileSync(text, 'utf8'));
  } catch (error) {
    throw new InvalidArgumentError(`Cannot read the boxes: ${(error as Error).message}.`);
  }
  const isBox = (box: unknown): box is BoxDescription =>
    typeof (box as BoxDescription | null)?.kind === 'string';
  if (Array.isArray(boxes) && boxes.length > 0 && boxes.every(isBox)) return boxes;
  throw new InvalidArgumentError(
    'Expected a list of boxes, as [{ "kind": "linear", "units": 50 }, { "kind": "relu" }].',
  );
}
