import { z } from 'zod';

/** A fact is what a probe read on a host: untrusted data, whatever it says. */
export const factValueSchema = z.union([
  z.string().max(16_384),
  z.number(),
  z.boolean(),
  z.null(),
  z.array(z.string().max(4_096)).max(1_000),
]);
export type FactValue = z.output<typeof factValueSchema>;

/** Facts by name. Names are lower snake case. */
export const factsSchema = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/), factValueSchema);
export type Facts = z.output<typeof factsSchema>;

/** A test of facts; used by checks to judge and by rules to match. */
export type Condition = { all: Condition[] } | { any: Condition[] } | { not: Condition } | FactCondition;

/** Stands for the value of one of the check's parameters. */
export interface ParameterOperand {
  parameter: string;
}

/** One test of one fact. Exactly one operator stands beside `fact`. */
export interface FactCondition {
  fact: string;
  equals?: FactValue | ParameterOperand | undefined;
  in?: FactValue[] | undefined;
  regex?: string | undefined;
  lt?: number | ParameterOperand | undefined;
  lte?: number | ParameterOperand | undefined;
  gt?: number | ParameterOperand | undefined;
  gte?: number | ParameterOperand | undefined;
  exists?: boolean | undefined;
  contains?: string | ParameterOperand | undefined;
  empty?: boolean | undefined;
}

export const factOperators = [
  'equals',
  'in',
  'regex',
  'lt',
  'lte',
  'gt',
  'gte',
  'exists',
  'contains',
  'empty',
] as const;

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

const parameterOperandSchema = z.strictObject({ parameter: z.string().regex(/^[a-z][a-z0-9_]{0,31}$/) });
const boundSchema = z.union([z.number(), parameterOperandSchema]);

const factConditionSchema: z.ZodType<FactCondition> = z
  .strictObject({
    fact: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/),
    equals: z.union([factValueSchema, parameterOperandSchema]).optional(),
    in: z.array(factValueSchema).min(1).optional(),
    regex: z.string().max(500).refine(isRegex, 'is not a valid regular expression').optional(),
    lt: boundSchema.optional(),
    lte: boundSchema.optional(),
    gt: boundSchema.optional(),
    gte: boundSchema.optional(),
    exists: z.boolean().optional(),
    contains: z.union([z.string(), parameterOperandSchema]).optional(),
    empty: z.boolean().optional(),
  })
  .refine(
    (condition) => factOperators.filter((operator) => condition[operator] !== undefined).length === 1,
    `needs exactly one of ${factOperators.join(', ')}`,
  );

export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(conditionSchema).min(1) }),
    z.strictObject({ any: z.array(conditionSchema).min(1) }),
    z.strictObject({ not: conditionSchema }),
    factConditionSchema,
  ]),
);
