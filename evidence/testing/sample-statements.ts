import type { Controls } from '../../contracts/controls.ts';
import { decodeHex } from '../bytes.ts';
import { canonicalJson } from '../canonical-json.ts';
import type { NewSalt } from '../disclosure/commitment.ts';
import { sha256 } from '../node/hasher.ts';
import type { Heartbeat } from '../statements/heartbeat-v1.ts';
import { factsDigest, type ScanPage } from '../statements/scan-v1.ts';

/** Builders of statements for tests: the same arguments always give the same. */

/** Salts that are the same in every run: the hash of their number. */
export function numberedSalts(seed = 'salt'): NewSalt {
  let number = 0;
  return () => (decodeHex(sha256(`${seed} ${number++}`)) ?? new Uint8Array()).slice(0, 16);
}

/** The UUID of a name. */
export function uuidNamed(name: string): string {
  const digits = sha256(name);
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

export const sampleControls: Record<string, Controls> = {
  'linux.ssh.root_login': {
    hipaa: ['164.312(d)'],
    soc2: ['CC6.1'],
    pci_dss: ['2.2.6'],
    nist_csf: ['PR.AA-05'],
    cis_v8: ['5.4'],
  },
  'linux.disk.encryption': {
    hipaa: ['164.312(a)(2)(iv)'],
    soc2: ['CC6.7'],
    pci_dss: ['3.5.1'],
    nist_csf: ['PR.DS-01'],
    cis_v8: ['3.6'],
  },
};

/** A page of two hosts, all well. */
export function samplePage(startedAt: string, changes: Partial<ScanPage> = {}): ScanPage {
  const at = (seconds: number) => new Date(Date.parse(startedAt) + seconds * 1_000).toISOString();
  const factsSalt = sha256(startedAt).slice(0, 32);
  const checks = Object.fromEntries(
    Object.keys(sampleControls).map((check) => [
      check,
      { status: 'pass' as const, facts: factsDigest(factsSalt, check, { value: 'no' }, sha256) },
    ]),
  );
  return {
    recordId: uuidNamed(`scan ${startedAt}`),
    site: 'north-clinic',
    appliance: 'north-box',
    scan: `scan/north-clinic/scheduled-${startedAt}`,
    page: 0,
    isLast: true,
    scheduledAt: startedAt,
    startedAt,
    endedAt: at(20),
    controlsDigest: sha256(canonicalJson(sampleControls)),
    hosts: [
      {
        host: 'reception-pc',
        reachable: true,
        baseline: 'linux-workstation',
        readAt: at(5),
        checks,
        factsSalt,
      },
      { host: 'ehr-server', reachable: true, baseline: 'linux-server', readAt: at(9), checks, factsSalt },
    ],
    ...changes,
  };
}

export function sampleHeartbeat(
  sequence: number,
  madeAt: string,
  changes: Partial<Heartbeat> = {},
): Heartbeat {
  return {
    recordId: uuidNamed(`heartbeat ${sequence} ${madeAt}`),
    site: 'north-clinic',
    appliance: 'north-box',
    sequence,
    bootId: uuidNamed('boot 1'),
    uptimeSeconds: sequence * 300,
    periodSeconds: 300,
    madeAt,
    clock: { state: 'synchronised', offsetMs: 1.5 },
    ...changes,
  };
}
