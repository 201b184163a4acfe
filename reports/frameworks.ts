import type { Framework } from '../contracts/controls.ts';

/** The frameworks as an auditor knows them. */
export const frameworkNames: Record<Framework, string> = {
  hipaa: 'HIPAA Security Rule (45 CFR 164 Subpart C)',
  soc2: 'SOC 2 Trust Services Criteria (2017)',
  pci_dss: 'PCI DSS 4.0',
  nist_csf: 'NIST Cybersecurity Framework 2.0',
  cis_v8: 'CIS Controls v8',
};
