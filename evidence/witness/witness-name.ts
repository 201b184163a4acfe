/** The name that an appliance of a site cosigns checkpoints under. */
export function witnessName(site: string, appliance: string): string {
  return `malachor.dev/witness/${site}/${appliance}`;
}
