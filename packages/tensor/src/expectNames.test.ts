import { expect, it } from 'vitest';
import { OptionError } from './errors.js';
import { expectNames } from './expectNames.js';

it('refuses a name that is none of those known, and says which there are', () => {
  expect(() => expectNames('sgd', { momentum: 0.9, nestorov: true }, ['momentum', 'nesterov'])).toThrow(
    new OptionError("sgd: expected momentum, nesterov, got 'nestorov'; did you mean 'nesterov'?"),
  );
  expect(() => expectNames('tanh', { units: 3 }, [])).toThrow(
    new OptionError("tanh: expected no options, got 'units'; correct the name, or leave it out"),
  );
});

it('refuses what is no object of options', () => {
  expect(() => expectNames('sgd', undefined as never, ['momentum'])).toThrow(
    new OptionError('sgd: expected an object of options, got undefined; give one, as { momentum: … }'),
  );
  expect(() => expectNames('tanh', 3 as never, [])).toThrow(
    new OptionError('tanh: expected an object of options, got 3; leave it out'),
  );
});

it('takes all, some or none of those known', () => {
  for (const given of [{ momentum: 0.9, nesterov: true }, { nesterov: false }, {}]) {
    expect(() => expectNames('sgd', given, ['momentum', 'nesterov'])).not.toThrow();
  }
});
