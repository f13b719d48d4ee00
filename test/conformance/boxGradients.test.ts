import {
  type BackwardCells,
  type BoxDefinition,
  type BoxDescription,
  checkGradients,
  type GradientReport,
  type Mode,
  objective,
} from '@fluxion/graph';
import { graph } from '@fluxion/layers';
import { squaredError } from '@fluxion/loss';
import { type FactorPair, type Shape, sizeOf, type Tensor } from '@fluxion/tensor';
import { describe, expect, it } from 'vitest';
import { type BoxCase, boxCases, definitionOf, parametersOf } from './boxCases.js';
import { awayFromKinks, randomExamples, type Surroundings, surround } from './surround.js';

const loss = squaredError();
const batches = [1, 3];

/** The check of the gradients of a model around a box, away from kinks. */
function check(
  box: BoxDescription,
  shapes: readonly Shape[],
  batch: number,
  { mode = 'train', ...where }: Surroundings & { mode?: Mode } = {},
): GradientReport {
  const model = awayFromKinks((seed) => surround(box, shapes, { ...where, seed }), batch);
  return checkGradients(model, { loss, examples: randomExamples(model, batch), mode });
}

function isNumbers(indices: BoxCase['indices'], place: number): boolean {
  return indices?.[place] === undefined;
}

/** Expects every gradient to agree to 1e-7, and shows the worst that does not. */
function expectRight({ worst }: GradientReport): void {
  expect(worst.relativeError, JSON.stringify(worst)).toBeLessThan(1e-7);
}

function names({ parameters }: GradientReport): string[] {
  return parameters.map(({ name }) => name).toSorted();
}

/** The parameters below the children of numbers. */
function below(shapes: readonly Shape[], indices: BoxCase['indices']): string[] {
  return shapes.flatMap((_, i) =>
    isNumbers(indices, i) ? [`below${i + 1}.bias`, `below${i + 1}.weight`] : [],
  );
}

/** The uses whose children may be one box: several of one shape. */
function sameShaped(uses: BoxCase['uses'], indices: BoxCase['indices']): BoxCase['uses'] {
  return uses.filter(
    (shapes) => indices === undefined && shapes.length > 1 && new Set(shapes.map(String)).size === 1,
  );
}

describe.each(Object.entries(boxCases))('the gradients of %s', (_, { box, uses, indices, hasModes }) => {
  const modes: readonly Mode[] = hasModes ? ['train', 'predict'] : ['train'];

  describe.each(uses.map((shapes) => ({ shapes })))('on children $shapes', ({ shapes }) => {
    it.each(batches.flatMap((batch) => modes.map((mode) => ({ batch, mode }))))(
      'are right in a batch of $batch, in $mode',
      ({ batch, mode }) => {
        const report = check(box, shapes, batch, { indices, mode });
        expectRight(report);
        const own = parametersOf(box, shapes).map(([name]) => `box.${name}`);
        expect(names(report)).toEqual([...below(shapes, indices), ...own].toSorted());
      },
    );

    it.each(isNumbers(indices, 0) ? (['before', 'after'] as const) : [])(
      'are right where a child has another parent, %s it',
      (shared) => {
        for (const batch of batches) expectRight(check(box, shapes, batch, { shared }));
      },
    );

    const ofNumbers = shapes.filter((_, i) => isNumbers(indices, i));
    it.each(ofNumbers.length > 0 ? ['one of its children'] : [])(
      'are right, and go no further, where nothing below %s learns',
      () => {
        for (let i = 1; i <= shapes.length; i++) {
          if (!isNumbers(indices, i - 1)) continue;
          const shared = isNumbers(indices, 0) ? 'before' : undefined;
          const model = awayFromKinks((seed) => surround(box, shapes, { shared, indices, seed }), 3);
          const examples = randomExamples(model, 3);
          model.freeze(`below${i}`);
          const { order, gradients } = model
            .fprop(examples.inputs)
            .bprop(objective(model, loss), examples.targets);
          expect(order).not.toContain(`child${i}`);
          if (gradients.length > 0) expectRight(checkGradients(model, { loss, examples }));
        }
      },
    );
  });

  it.each(sameShaped(uses, indices).map((shapes) => ({ shapes })))(
    'are right where one child stands for all of $shapes',
    ({ shapes }) => {
      for (const batch of batches) {
        for (const where of [{}, { shared: 'before' }, { shared: 'after' }] as const) {
          expectRight(check(box, shapes, batch, { same: true, ...where }));
        }
      }
    },
  );
});

const withParameters = Object.entries(boxCases).filter(
  ([, { box, uses }]) => parametersOf(box, uses[0]).length > 0,
);

describe.each(withParameters)('%s, frozen', (_, { box, uses, indices }) => {
  const frozen = { ...box, frozen: true };

  const above = uses.filter((shapes) => shapes.some((_, i) => isNumbers(indices, i)));
  it.each(above.map((shapes) => ({ shapes })))(
    'hands gradients on to $shapes, and keeps none',
    ({ shapes }) => {
      const report = check(frozen, shapes, 3, { indices });
      expectRight(report);
      expect(names(report)).toEqual(below(shapes, indices));
    },
  );

  it('is frozen again when it is built from its JSON', () => {
    const { description, definitions } = surround(frozen, uses[0], { indices });
    const again = graph(JSON.parse(JSON.stringify(description)), { definitions });
    const own = [...again.box('box').parameters.values()];
    expect(own.map((parameter) => parameter.frozen)).toEqual(own.map(() => true));
  });
});

/** A bprop that is right but for one tensor, which it leaves 1 % too large. */
function wrongBy1Percent(
  box: BoxDescription,
  tensorOf: (cells: BackwardCells) => Tensor | undefined,
): BoxDefinition {
  const right = definitionOf(box);
  return {
    ...right,
    bprop(cells) {
      const runs = right.bprop(cells);
      const tensor = tensorOf(cells);
      const scale = tensor && cells.kernels.scale(tensor);
      return [...runs, scale && (() => scale(1.01))];
    },
  };
}

/** A bprop that is right but for the gradient of one parameter, which it leaves 1 % too large. */
function wrongParameterBy1Percent(box: BoxDescription, name: string): BoxDefinition {
  const right = definitionOf(box);
  return {
    ...right,
    bprop(cells) {
      const runs = right.bprop(cells);
      const sink = cells.gradients[name];
      const gradient = sink?.gradient;
      if (sink === undefined || gradient === undefined) return runs;
      const { kernels } = cells;
      if (gradient.form !== 'factored') {
        const scale = kernels.scale(gradient.form === 'rows' ? gradient.rows : gradient.tensor);
        return [...runs, () => scale(1.01)];
      }
      // Parameters may share a factor: the wrong one gets a cell of its own.
      const [{ input, dOutput }, ...others] = gradient.pairs as [FactorPair, ...FactorPair[]];
      const tensor = kernels.arena.tensor(dOutput.shape);
      sink.factored({ input, dOutput: tensor }, ...others);
      return [...runs, kernels.copy(dOutput, { tensor, beta: 0 }, 1.01)];
    },
  };
}

/** Numbers in all children: a sequence of one step has no gradient of what recurs. */
function total(shapes: readonly Shape[]): number {
  return shapes.reduce((sum, shape) => sum + sizeOf(shape), 0);
}

/** Every way to be wrong by 1 %: in the gradient of a child, or of a parameter. */
const wrong = Object.entries(boxCases).flatMap(([kind, { box, uses, indices }]) => {
  const shapes = uses.reduce((most, each) => (total(each) > total(most) ? each : most));
  const children = shapes.flatMap((_, i) =>
    isNumbers(indices, i)
      ? {
          what: `dInput of child ${i + 1}`,
          parameters: `below${i + 1}.`,
          definition: wrongBy1Percent(box, ({ dInputs }) => dInputs[i]?.tensor),
        }
      : [],
  );
  const parameters = parametersOf(box, shapes).map(([name]) => ({
    what: `gradient of its ${name}`,
    parameters: `box.${name}`,
    definition: wrongParameterBy1Percent(box, name),
  }));
  return [...children, ...parameters].map((each) => ({ kind, box, shapes, indices, ...each }));
});

describe('the check sees', () => {
  it.each(wrong)(
    '$kind when the $what is 1 % too large',
    ({ box, shapes, indices, parameters, definition }) => {
      const report = check({ ...box, kind: 'wrong' }, shapes, 3, {
        indices,
        definitions: { wrong: definition },
      });
      expect(report.ok).toBe(false);
      expect(report.maxRelativeError).toBeGreaterThan(1e-3);
      const found = report.parameters.filter(({ ok }) => !ok).map(({ name }) => name);
      expect(found).not.toEqual([]);
      expect(found.filter((name) => !name.startsWith(parameters))).toEqual([]);
    },
  );

  it.each(Object.entries(boxCases).filter(([, { indices }]) => isNumbers(indices, 0)))(
    '%s when it overwrites the gradient of a child where it should add',
    (_, { box, uses }) => {
      const right = definitionOf(box);
      const overwrites: BoxDefinition = {
        ...right,
        bprop: (cells) =>
          right.bprop({
            ...cells,
            dInputs: cells.dInputs.map((sink) => sink && { ...sink, beta: 0 as const }),
          }),
      };
      const where = { shared: 'before', definitions: { wrong: overwrites } } as const;
      expect(check({ ...box, kind: 'wrong' }, uses[0], 3, where).ok).toBe(false);
    },
  );
});
