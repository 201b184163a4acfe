import { z } from 'zod';

/** The five control frameworks; one check or runbook maps to controls of all of them. */
export const frameworks = ['hipaa', 'soc2', 'pci_dss', 'nist_csf', 'cis_v8'] as const;
export type Framework = (typeof frameworks)[number];

const ids = (pattern: RegExp, example: string) =>
  z.array(z.string().regex(pattern, `write it as ${example}`)).min(1);

/**
 * Control ids by framework: HIPAA Security Rule (45 CFR 164), SOC 2 Trust Services Criteria 2017, PCI DSS 4.0,
 * NIST CSF 2.0 subcategories, CIS Controls v8 safeguards.
 */
export const controlsSchema = z.strictObject({
  hipaa: ids(/^164\.3\d\d\([a-z]\)(?:\([0-9A-Za-z]+\))*$/, '164.312(a)(2)(iv)'),
  soc2: ids(/^(?:CC|A|C|PI|P)\d+\.\d+$/, 'CC6.1'),
  pci_dss: ids(/^\d+(?:\.\d+){1,3}$/, '2.2.6'),
  nist_csf: ids(/^[A-Z]{2}\.[A-Z]{2}-\d{2}$/, 'PR.AA-05'),
  cis_v8: ids(/^\d+\.\d+$/, '4.1'),
});
export type Controls = z.output<typeof controlsSchema>;
