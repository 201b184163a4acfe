import type { AnalysisName } from '../../contracts/catalog/check.ts';
import type { ParameterValues } from '../../contracts/catalog/parameter.ts';
import type { Facts } from '../../contracts/facts.ts';

/**
 * Makes further facts of those a probe read, with the check's parameters. Pure, and total: what cannot be read is left
 * out, so that the check is `unknown`, never guessed.
 */
export type Analysis = (facts: Facts, parameters: ParameterValues) => Facts;

/** The analyses a check may name. */
export const analyses: Partial<Record<AnalysisName, Analysis>> = {};
