import { checkIdSchema } from '../../contracts/ids.ts';

/** The properties of a host that drift in this test, and how their incidents are meant to go; see `catalog/`. */
export interface Switch {
  name: 'steady' | 'once' | 'planned' | 'guarded';
  check: string;
  /** Whether its runbook may be run again after an unknown end, without a person's look. */
  isIdempotent: boolean;
}

const switchOf = (name: Switch['name'], isIdempotent: boolean): Switch => ({
  name,
  check: checkIdSchema.parse(`linux.faults.${name}`),
  isIdempotent,
});

/** Its runbook must not meet the same drift again without a person's word. */
export const onceSwitch = switchOf('once', false);

/** `steady` and `once` heal at L1, `planned` at L2; `guarded` has high risk and waits for two people. */
export const switches: readonly Switch[] = [
  switchOf('steady', true),
  onceSwitch,
  switchOf('planned', true),
  switchOf('guarded', false),
];

/** Directory of the switches and of the log of their runbooks, on each host. */
export const hostDirectory = '/var/lib/malachor-faults';
