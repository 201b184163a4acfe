import { z } from 'zod';
import { controlsSchema } from '../controls.ts';
import { checkIdSchema, runbookIdSchema } from '../ids.ts';
import { parametersSchema } from './parameter.ts';

export const risks = ['low', 'medium', 'high'] as const;
export const riskSchema = z.enum(risks);
/** What can go wrong when it runs. `high` is never run without two people's approval. */
export type Risk = z.output<typeof riskSchema>;

const scriptSchema = z.string().min(1).max(32_768);

/** An absolute path in which `*` stands for any name. */
const pathPattern = z.string().regex(/^(?:\/[\w.@*+~-]+)+\/?$/, 'write an absolute path, * for any name');

/** Everything a runbook may change. After a rollback all of it is as it was before. */
export const touchesSchema = z.strictObject({
  /** Files, or directories with all that is in them. */
  paths: z.array(pathPattern).default([]),
  /** Units whose state and whether they start with the host may change. */
  services: z.array(z.string().regex(/^[\w.@*-]+\.(?:service|socket|path|timer|mount|target)$/)).default([]),
  /** Kernel settings, as sysctl(8) names them. */
  kernel: z.array(z.string().regex(/^[a-z0-9_]+(?:\.[a-z0-9_*-]+)+$/)).default([]),
  /** Packages may be installed, upgraded or removed. What was upgraded is not taken back. */
  packages: z.boolean().default(false),
  /** The firewall's rules in the kernel. */
  firewall: z.boolean().default(false),
  /** Audit rules in the kernel. */
  auditRules: z.boolean().default(false),
});
export type Touches = z.output<typeof touchesSchema>;

/**
 * A way to bring one property back; one YAML file in `catalog/runbooks/`. All scripts are POSIX shell run through
 * `sudo -n`, with parameters as environment variables named `P_` and the parameter in upper case, and
 * `MALACHOR_ORDER` set to the order's id. A runbook with `guidance` has no scripts: people do what it says.
 */
export const runbookSchema = z
  .strictObject({
    id: runbookIdSchema,
    title: z.string().min(8).max(120),
    description: z.string().min(20).max(2_000),
    os: z.array(z.enum(['linux', 'windows'])).min(1),
    /** Whether it repairs the means of checking, so that a rule for status `error` may name it. */
    repairsChecking: z.boolean().default(false),
    risk: riskSchema,
    disruption: z.enum(['none', 'service_restart', 'reboot']),
    /** Whether running it a second time after an unknown outcome is safe. */
    idempotent: z.boolean(),
    /** Limit of each of its scripts. */
    timeoutMs: z.number().int().min(1_000).max(3_600_000),
    parameters: parametersSchema.default({}),
    touches: touchesSchema.prefault({}),
    /**
     * Whether a mistake in it could shut the appliance out. The host then takes the change back by itself unless the
     * appliance logs in anew and confirms it.
     */
    guardsAccess: z.boolean().default(false),
    /** Prints the state about to change; kept as evidence and handed to `rollback` on standard input. No secrets. */
    capture: scriptSchema.optional(),
    remediate: scriptSchema.optional(),
    /** What a person does, step by step, where no script may. Stands instead of the scripts. */
    guidance: z.array(z.string().min(10).max(500)).min(1).optional(),
    /** What it mends: the checks that must pass afterwards. The one that drifted is run again after a remediation. */
    verify: z.strictObject({ check: checkIdSchema, also: z.array(checkIdSchema).default([]) }),
    /** Restores what `capture` printed (read from standard input). Absent where nothing can be restored. */
    rollback: scriptSchema.optional(),
    controls: controlsSchema,
  })
  .superRefine((runbook, context) => {
    const { capture, remediate, rollback, guidance, guardsAccess } = runbook;
    const add = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    const hasScripts = capture !== undefined && remediate !== undefined;
    const hasAny = capture !== undefined || remediate !== undefined || rollback !== undefined;
    if (guidance === undefined && !hasScripts)
      add(capture === undefined ? 'capture' : 'remediate', 'is missing; guidance stands instead of scripts');
    if (guidance !== undefined && hasAny) add('guidance', 'stands instead of scripts, not beside them');
    if (guardsAccess && rollback === undefined)
      add('guardsAccess', 'needs a rollback, which the host runs by itself');
  });
export type RunbookDefinition = z.output<typeof runbookSchema>;

/** A runbook with scripts. */
export type RunnableRunbook = RunbookDefinition & { capture: string; remediate: string };

/** Whether the runbook has scripts that an appliance can run, rather than guidance for people. */
export function isRunnable(runbook: RunbookDefinition): runbook is RunnableRunbook {
  return runbook.capture !== undefined && runbook.remediate !== undefined;
}
