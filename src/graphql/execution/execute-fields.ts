import type { Execution } from './execution.ts';
import type { FieldPlan } from './field-plan.ts';
import { forget } from './forget.ts';
import { NO_INFO } from './no-info.ts';
import type { Path } from './path.ts';

type Data = Record<string, unknown>;

/** All fields of one object; at once, unless one of them has to be waited for. */
export function executeFields(
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
  execution: Execution,
): Data | Promise<Data> {
  const data: Data = {};
  let isPending = false;
  try {
    for (const field of fields) {
      const value = executeField(field, source, path, execution);
      if (value instanceof Promise) isPending = true;
      data[field.responseName] = value;
    }
  } catch (error) {
    if (isPending) forget(Object.values(data));
    throw error;
  }
  return isPending ? settled(data) : data;
}

/** One after the other, as the fields of a mutation have to be. */
export async function executeInTurn(
  fields: readonly FieldPlan[],
  source: unknown,
  execution: Execution,
): Promise<Data> {
  const data: Data = {};
  for (const field of fields) data[field.responseName] = await executeField(field, source, undefined, execution);
  return data;
}

async function settled(data: Data): Promise<Data> {
  const pending = Object.keys(data).filter((name) => data[name] instanceof Promise);
  const values = await Promise.all(pending.map((name) => data[name]));
  for (const [index, name] of pending.entries()) data[name] = values[index];
  return data;
}

function executeField(field: FieldPlan, source: unknown, parent: Path | undefined, execution: Execution): unknown {
  // A leaf's place is of interest only where it fails.
  const path = field.isLeaf ? null : placeOf(field, parent);
  try {
    const value = resolve(field, source, execution);
    if (value instanceof Promise) return completeLater(field, value, path ?? placeOf(field, parent), execution);
    if (value instanceof Error) throw value;
    const completed = field.complete(value, field, path ?? NOWHERE, execution);
    if (!(completed instanceof Promise)) return completed;
    return completed.then(undefined, (error: unknown) =>
      execution.fail(error, field, path ?? NOWHERE, field.isNonNull),
    );
  } catch (error) {
    return execution.fail(error, field, path ?? placeOf(field, parent), field.isNonNull);
  }
}

const NOWHERE: Path = { prev: undefined, key: '' };

const placeOf = ({ responseName }: FieldPlan, prev: Path | undefined): Path => ({ prev, key: responseName });

async function completeLater(
  field: FieldPlan,
  promise: Promise<unknown>,
  path: Path,
  execution: Execution,
): Promise<unknown> {
  try {
    const value = await promise;
    if (value instanceof Error) throw value;
    return await field.complete(value, field, path, execution);
  } catch (error) {
    return execution.fail(error, field, path, field.isNonNull);
  }
}

function resolve({ resolve, fieldName, argumentsOf }: FieldPlan, source: unknown, execution: Execution): unknown {
  const { contextValue, variableValues } = execution;
  if (resolve !== null) return resolve(source, argumentsOf(variableValues), contextValue, NO_INFO);
  return typeof source === 'object' && source !== null ? (source as Data)[fieldName] : undefined;
}
