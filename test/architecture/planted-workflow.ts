import { canonicalJson } from '../../evidence/canonical-json.ts';

/** A workflow that brings along what no workflow may: proof that the bundle's test can fail. */
export function planted(): Promise<string> {
  return Promise.resolve(canonicalJson({}));
}
