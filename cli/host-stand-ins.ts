import type { OpenedStatement } from '../evidence/statements/open-statement.ts';
import { namesHost } from './withholding.ts';

/**
 * Names for hosts that are kept back, as `(withheld 2)`, in the order in which they come: reports must tell hosts apart, lest the
 * pass of one stand for the failure of another. The same host has the same one all over an export. No host can be called so.
 */
export class HostStandIns {
  private readonly numbers = new Map<string, number>();

  /**
   * Stand-ins by place for the hidden hosts of a statement that are not `shown`. Where nobody can say any more which host it
   * was, it counts as another each time.
   *
   * @param opened the statement as all its disclosures open it
   * @param name distinguishes the statement in its ledger
   */
  of(
    { disclosed, withheld }: OpenedStatement,
    shown: ReadonlyMap<string, unknown>,
    name: string,
  ): [string, string][] {
    const places = [...disclosed.keys(), ...withheld].filter(
      (place) => !shown.has(place) && namesHost(place),
    );
    return places.map((place) => {
      const host = disclosed.get(place);
      return [place, this.standIn(typeof host === 'string' ? host : `${name} ${place}`)];
    });
  }

  private standIn(host: string): string {
    const number = this.numbers.get(host) ?? this.numbers.size + 1;
    this.numbers.set(host, number);
    return `(withheld ${String(number)})`;
  }
}
