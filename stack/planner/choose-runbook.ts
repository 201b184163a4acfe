import { z } from 'zod';
import type { MessagesRequest, Reply } from './messages-api.ts';

const runbooksSchema = z.array(
  z.looseObject({ id: z.string(), title: z.string(), risk: z.string(), verifiedBy: z.string() }),
);
const incidentSchema = z.looseObject({ check: z.string() });
const dataSchema = z.looseObject({ attempts: z.array(z.string()).default([]) });
const enumSchema = z.looseObject({ enum: z.array(z.string()) });

const riskOrder = ['low', 'medium'];

/**
 * Stands in for a model where there is none: a fixed procedure over what the request offers. Takes the runbook of
 * least risk that the tool offers, that is verified by the drifted check and that was not tried before; escalates
 * where there is none, where all have high risk, or where the request is not understood.
 */
export function chooseRunbook(request: MessagesRequest): Reply {
  const [first] = request.messages;
  const text = typeof first?.content === 'string' ? first.content : '';
  const incident = incidentSchema.safeParse(block(text, 'incident'));
  const runbooks = runbooksSchema.safeParse(block(text, 'runbooks'));
  const data = dataSchema.safeParse(block(text, 'untrusted_data'));
  if (!incident.success || !runbooks.success || !data.success) {
    return call('escalate', { confidence: 0.5, reason: 'The request could not be understood.' });
  }
  const tool = request.tools.find((entry) => entry.name === 'run_runbook');
  const offered = enumSchema.safeParse(tool?.input_schema.properties?.['runbook']);
  const fitting = runbooks.data.filter(
    (runbook) =>
      offered.success &&
      offered.data.enum.includes(runbook.id) &&
      runbook.verifiedBy.split(', ').includes(incident.data.check),
  );
  const untried = fitting.filter(
    (runbook) => !data.data.attempts.some((attempt) => attempt.includes(runbook.id)),
  );
  if (fitting.length > 0 && untried.length === 0) {
    return call('escalate', { confidence: 0.9, reason: 'Every fitting runbook was already tried.' });
  }
  const chosen = riskOrder.flatMap((risk) => untried.filter((runbook) => runbook.risk === risk))[0];
  if (!chosen) {
    return call('escalate', {
      confidence: 0.9,
      reason: 'No runbook of low or medium risk is verified by this check.',
    });
  }
  return call('run_runbook', {
    runbook: chosen.id,
    parameters: {},
    confidence: 0.8,
    reason: `${chosen.title}: verified by ${incident.data.check}, risk ${chosen.risk}, not tried before.`,
  });
}

function call(name: string, input: unknown): Reply {
  return {
    kind: 'answer',
    content: [{ type: 'tool_use', id: `toolu_${name}`, name, input }],
    stopReason: 'tool_use',
  };
}

/** The JSON inside the first block named `name`, or undefined. */
function block(text: string, name: string): unknown {
  const start = text.indexOf(`<${name}>`);
  const end = text.indexOf(`</${name}>`);
  if (start === -1 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start + name.length + 2, end));
  } catch {
    return undefined;
  }
}
