const families: Record<string, string> = { LIN: 'linux', WIN: 'windows' };

/** Where a check's file belongs: `linux.ssh.root_login` in `checks/linux/ssh-root-login.yaml`. */
export function checkPath(id: string): string {
  const [family = '', ...rest] = id.split('.');
  return `checks/${family}/${rest.join('-').replaceAll('_', '-')}.yaml`;
}

/** Where a shared probe's file belongs: `linux.sshd` in `probes/linux/sshd.yaml`. */
export function probePath(id: string): string {
  return checkPath(id).replace(/^checks/u, 'probes');
}

/** Where the drills of a runbook belong: those of `RB-LIN-SSH-001` in `drills/linux/RB-LIN-SSH-001.yaml`. */
export function drillPath(runbook: string): string {
  return runbookPath(runbook).replace(/^runbooks/u, 'drills');
}

/** The system a runbook's id says it is for; undefined where its second part is neither `LIN` nor `WIN`. */
export function runbookFamily(id: string): string | undefined {
  return families[id.split('-')[1] ?? ''];
}

/** Where a runbook's file belongs: `RB-LIN-SSH-001` in `runbooks/linux/RB-LIN-SSH-001.yaml`. */
export function runbookPath(id: string): string {
  return `runbooks/${runbookFamily(id) ?? 'other'}/${id}.yaml`;
}

export function baselinePath(id: string): string {
  return `baselines/${id}.yaml`;
}
