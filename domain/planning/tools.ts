import type { Parameter } from '../../contracts/catalog/parameter.ts';
import type { RunbookDefinition } from '../../contracts/catalog/runbook.ts';
import type { SitePolicy } from '../../contracts/site-policy.ts';

/** A tool as the Messages API takes it: `input_schema` is JSON Schema 2020-12. */
export interface PlannerTool {
  name: 'run_runbook' | 'escalate';
  description: string;
  input_schema: { type: 'object'; properties: Record<string, unknown>; required: string[] } & Record<
    string,
    unknown
  >;
}

const confidence = {
  type: 'number',
  minimum: 0,
  maximum: 1,
  description: 'How sure you are that this is the right choice: 0 not at all, 1 certain.',
};
const reason = {
  type: 'string',
  minLength: 1,
  maxLength: 2_000,
  description: 'Why, in one to three plain sentences for the person who reads the record.',
};

/** The only two things the model can do: name a runbook of the allow-list with its parameters, or pass on to a person. */
export function plannerTools(
  candidates: ReadonlyMap<string, RunbookDefinition>,
  policy: Pick<SitePolicy, 'runbooks'>,
): PlannerTool[] {
  const schemas = [...candidates.values()].map((runbook) => parametersSchema(runbook, policy));
  return [
    {
      name: 'run_runbook',
      description:
        'Propose one runbook from the list to bring the check back. The proposal is checked again before anything runs.',
      input_schema: {
        type: 'object',
        properties: {
          runbook: { type: 'string', enum: [...candidates.keys()] },
          parameters: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
          confidence,
          reason,
        },
        required: ['runbook', 'parameters', 'confidence', 'reason'],
        additionalProperties: false,
      },
    },
    {
      name: 'escalate',
      description:
        'Hand the drift to a person: when no runbook fits, when the facts are not enough, or when the fix needs something only a person has.',
      input_schema: {
        type: 'object',
        properties: { confidence, reason },
        required: ['confidence', 'reason'],
        additionalProperties: false,
      },
    },
  ];
}

function parametersSchema(runbook: RunbookDefinition, policy: Pick<SitePolicy, 'runbooks'>) {
  const atSite = policy.runbooks[runbook.id]?.parameters ?? {};
  return {
    type: 'object',
    title: runbook.id,
    description: `Parameters of ${runbook.id}; leave one out to use its default.`,
    properties: Object.fromEntries(
      Object.entries(runbook.parameters).map(([name, parameter]) => [
        name,
        { ...parameterSchema(parameter), default: atSite[name] ?? parameter.default },
      ]),
    ),
    additionalProperties: false,
  };
}

function parameterSchema(parameter: Parameter): Record<string, unknown> {
  const { description } = parameter;
  switch (parameter.type) {
    case 'string':
      return { type: 'string', description, pattern: parameter.pattern, maxLength: parameter.maxLength };
    case 'integer':
      return { type: 'integer', description, minimum: parameter.min, maximum: parameter.max };
    case 'boolean':
      return { type: 'boolean', description };
    case 'enum':
      return { type: 'string', description, enum: parameter.values };
  }
}
