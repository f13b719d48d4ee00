import { pictureShape } from '@fluxion/images';
import { DataType, type Field, type Schema } from 'apache-arrow';
import { encodedTask } from '../model/encodedTask.js';
import type { OpenedModel } from '../model/openModel.js';
import { ownColumns } from '../model/ownColumns.js';
import { UsageError } from '../usageError.js';
import { classWeights } from './classWeights.js';
import { prepareColumns } from './prepareColumns.js';
import type { Prepared, PrepareOptions } from './prepared.js';
import { prepareEncoded } from './prepareEncoded.js';
import type { TrainingTable } from './trainingTable.js';
import { inputWidth, outputWidth } from './widths.js';

/**
 * The model that is named, with its task, or a new one for the columns of a table.
 *
 * @throws {DataError}, {OptionError} or {UsageError} when columns, options and model do not go together.
 */
export async function prepareTraining(
  table: TrainingTable,
  options: PrepareOptions,
  opened: OpenedModel | undefined,
  signal: AbortSignal,
): Promise<Prepared> {
  if (opened?.encoded !== undefined) {
    const { model } = opened;
    const { encoder, about } = opened.encoded;
    const source = ownColumns(table.source, encoder, options);
    const weights = await classWeights(options.classWeights, { ...table, source, encoder }, signal);
    const { outputs } = about;
    return {
      model,
      task: encodedTask(encoder, outputs, weights),
      about: { outputs },
      source,
      encoder,
      chosen: options.recipe(
        inputWidth(Object.values(encoder.inputs)),
        outputWidth(Object.values(encoder.targets)),
      ),
      warnings: [],
    };
  }
  const target = options.target ?? opened?.about?.target.columns;
  if (target === undefined) throw new UsageError('--target: expected the column to predict, got none');
  return opened === undefined && isEncoded(table.schema, { ...options, target })
    ? prepareEncoded(table, { ...options, target }, signal)
    : prepareColumns(table, { ...options, target }, opened, signal);
}

/**
 * Lists of bytes that are pictures, with nothing but numbers beside them, are taken as they are, and so is all where lists are to
 * be predicted. Pictures of files are encoded.
 */
function isEncoded({ fields }: Schema, { input, target = [] }: PrepareOptions): boolean {
  const inputs = fields.filter(({ name }) => !target.includes(name) && (input?.includes(name) ?? true));
  const areLists = fields.some(({ name, type }) => target.includes(name) && DataType.isFixedSizeList(type));
  const isRaw = (field: Field): boolean => isPicture(field.type) && pictureShape(field) === undefined;
  return !areLists && !(inputs.some(isRaw) && inputs.every((field) => isRaw(field) || isNumber(field.type)));
}

function isNumber(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isBool(type);
}

function isPicture(type: DataType): boolean {
  if (!DataType.isFixedSizeList(type)) return false;
  const { valueType } = type;
  return (
    isPicture(valueType) || (DataType.isInt(valueType) && valueType.bitWidth === 8 && !valueType.isSigned)
  );
}
