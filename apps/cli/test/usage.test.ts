import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { enterNewFolder, pointsFile } from './files.js';
import { fluxion } from './fluxion.js';

const folder = enterNewFolder();
const points = ['train', 'points.arrow', '--target', 'kind'];

beforeAll(() => pointsFile(folder, 'points.arrow', 20));

describe('fluxion used wrongly', () => {
  it.each([
    [['trian'], "fluxion: unknown command 'trian' (Did you mean train?); see fluxion --help"],
    [['--verbose'], "fluxion: unknown option '--verbose'; see fluxion --help"],
    [['train'], "fluxion train: missing required argument 'data'; see fluxion train --help"],
    [
      ['train', '--target', 'kind'],
      "fluxion train: missing required argument 'data', or --target took it for a column: give it first; see fluxion train --help",
    ],
    [
      ['train', '--target', 'points.arrow', '--input', 'x'],
      "fluxion train: missing required argument 'data', or --input or --target took it for a column: give it first; see fluxion train --help",
    ],
    [
      ['train', 'points.arrow'],
      'fluxion train: --target: expected the column to predict, got none; see fluxion train --help',
    ],
    [
      [...points, '--input', 'x', 'y', '--input', 'x'],
      'fluxion train: --input: expected each column once, got x twice; see fluxion train --help',
    ],
    [
      [...points, '--lr', '0.1'],
      "fluxion train: unknown option '--lr' (Did you mean --learning-rate?); see fluxion train --help",
    ],
    [
      [...points, '--speed'],
      "fluxion train: unknown option '--speed' (Did you mean --seed?); see fluxion train --help",
    ],
    [
      [...points, '--epochs', '-1'],
      "fluxion train: --epochs <count>: expected an integer from 0, got '-1'; see fluxion train --help",
    ],
    [
      [...points, '--epochs', ''],
      "fluxion train: --epochs <count>: expected an integer from 0, got ''; see fluxion train --help",
    ],
    [
      [...points, '--learning-rate', '0'],
      "fluxion train: --learning-rate <rate>: expected a positive number, got '0'; see fluxion train --help",
    ],
    [
      [...points, '--momentum', '1'],
      "fluxion train: --momentum <share>: expected a number from 0 to below 1, got '1'; see fluxion train --help",
    ],
    [
      [...points, '--momentum', '0.9', '--optimizer', 'adam'],
      'fluxion train: --momentum: expected --optimizer sgd with it, got adam; see fluxion train --help',
    ],
    [
      [...points, '--batch-size', '1.5'],
      "fluxion train: --batch-size <count>: expected a positive integer, got '1.5'; see fluxion train --help",
    ],
    [
      [...points, '--seed', '4294967296'],
      "fluxion train: --seed <integer>: expected an integer from 0 to 4294967295, got '4294967296'; see fluxion train --help",
    ],
    [
      [...points, '--l2', 'much'],
      "fluxion train: --l2 <strength>: expected a number from 0, got 'much'; see fluxion train --help",
    ],
    [
      [...points, '--hidden', '10,'],
      "fluxion train: --hidden <units>: expected a positive integer, got ''; see fluxion train --help",
    ],
    [
      [...points, '--activation', 'swish'],
      "fluxion train: --activation <name>: expected one of tanh, sigmoid, relu, got 'swish'; see fluxion train --help",
    ],
    [
      [...points, '--report'],
      'fluxion train: --report: expected --out with it, got none; see fluxion train --help',
    ],
    [
      [...points, '--model', 'm', '--hidden', '10'],
      "fluxion train: option '--hidden <units>' cannot be used with option '--model <path>'; see fluxion train --help",
    ],
    [
      ['check-gradients', '--model', 'm', '--inputs', '3'],
      "fluxion check-gradients: option '--inputs <count>' cannot be used with option '--model <path>'; see fluxion check-gradients --help",
    ],
    [
      ['inspect'],
      'fluxion inspect: expected a saved model or a graph description, as runs/income, got none; see fluxion inspect --help',
    ],
    [
      ['inspect', 'm', '--model', 'n'],
      'fluxion inspect: --model: expected one model, got m and n; leave one out; see fluxion inspect --help',
    ],
    [
      [...points, '--optimizer', 'adamw'],
      "fluxion train: --optimizer <name>: expected one of sgd, adam, adamW, amsgrad, nadam, rmsprop, adagrad, adadelta, lamb, lion, ftrl, normalizedAdagrad, got 'adamw'; did you mean adamW?; see fluxion train --help",
    ],
    [
      [...points, '--network', 'cnv'],
      "fluxion train: option '--network <name>' argument 'cnv' is invalid. Expected conv, rnn, transformer, or a file that ends in .json. Did you mean conv?; see fluxion train --help",
    ],
    [
      ['predict', 'points.arrow', '--model', 'm'],
      "fluxion predict: required option '--out <file>' not specified; see fluxion predict --help",
    ],
  ])('%j says so in one sentence and ends with exit code 2', async (args, sentence) => {
    expect(await fluxion(...args)).toEqual({ code: 2, out: '', err: `${sentence}\n` });
  });

  it('is asked how ranks learn together, where several have been started', async () => {
    vi.stubEnv('OMPI_COMM_WORLD_SIZE', '2');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await fluxion(...points)).toEqual({
      code: 2,
      out: '',
      err: 'fluxion train: --distributed: expected sync, or average=1000, as 2 ranks have been started, got none; add it, or start the command once; see fluxion train --help\n',
    });
  });

  it('is shown the help when there is no command', async () => {
    const { code, out, err } = await fluxion();
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^Usage: fluxion /);
  });
});

describe('fluxion', () => {
  it('prints its version', async () => {
    expect(await fluxion('--version')).toEqual({ code: 0, out: '0.1.0\n', err: '' });
  });

  it.each(['train', 'evaluate', 'predict', 'look', 'convert', 'check-gradients', 'inspect'])(
    'has a help of %s with examples',
    async (command) => {
      const { code, out, err } = await fluxion(command, '--help');
      expect([code, err]).toEqual([0, '']);
      expect(out).toContain(`Usage: fluxion ${command} [options]`);
      expect(out).toMatch(/Examples?:\n {2}fluxion /);
      for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    },
  );

  it('prints the help of a command with help, too', async () => {
    const [asCommand, asOption] = await Promise.all([
      fluxion('help', 'inspect'),
      fluxion('inspect', '--help'),
    ]);
    expect(asCommand).toEqual(asOption);
  });

  it('names every command in its help', async () => {
    const { out } = await fluxion('--help');
    for (const command of ['train', 'evaluate', 'predict', 'look', 'convert', 'check-gradients', 'inspect'])
      expect(out).toContain(`  ${command} `);
  });
});
