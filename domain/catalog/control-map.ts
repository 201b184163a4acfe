import type { Catalog } from '../../contracts/catalog/catalog.ts';
import type { Controls } from '../../contracts/controls.ts';
import { canonicalJson } from '../../evidence/canonical-json.ts';
import type { Sha256 } from '../../evidence/digest.ts';

/** What each check stands for, by its id. */
export type ControlMap = Readonly<Record<string, Controls>>;

/** The controls of every check of a catalogue. */
export function controlMapOf({ checks }: Pick<Catalog, 'checks'>): ControlMap {
  return Object.fromEntries([...checks].map(([id, { controls }]) => [id, controls]));
}

/** SHA-256 (hex) of the map's canonical JSON, by which a scan says which map it means. */
export function controlsDigest(map: ControlMap, sha256: Sha256): string {
  return sha256(canonicalJson(map));
}
