import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { CollectorName } from '../../contracts/catalog/probe.ts';
import { CollectorError } from './collector.ts';

/** A text, or `otherwise` where it is absent. @throws CollectorError where it is of another type. */
export function textParameter(
  collector: CollectorName,
  parameters: ParameterValues,
  name: string,
  otherwise: string,
): string {
  const value = parameters[name] ?? otherwise;
  if (typeof value !== 'string') throw new CollectorError(collector, `${name} is not a text`);
  return value.trim();
}

/** A whole number between two bounds, or `otherwise` where it is absent. @throws CollectorError */
export function integerParameter(
  collector: CollectorName,
  parameters: ParameterValues,
  name: string,
  { otherwise, min, max }: { otherwise?: number; min: number; max: number },
): number {
  const value = parameters[name] ?? otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
    throw new CollectorError(collector, `${name} is not a whole number from ${min} to ${max}`);
  return value;
}
