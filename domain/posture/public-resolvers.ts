import type { Address } from './address.ts';
import { holds, parsePrefix } from './prefix.ts';

/** Public resolvers by operator, from the operators' own pages. */
const operators: Readonly<Record<string, readonly string[]>> = {
  Google: ['8.8.8.8', '8.8.4.4', '2001:4860:4860::8888', '2001:4860:4860::8844'],
  Cloudflare: ['1.1.1.1', '1.0.0.1', '1.1.1.2', '1.0.0.2', '1.1.1.3', '1.0.0.3', '2606:4700:4700::/112'],
  Quad9: ['9.9.9.9', '9.9.9.10', '9.9.9.11', '149.112.112.0/24', '2620:fe::/48'],
  OpenDNS: ['208.67.222.0/24', '208.67.220.0/24', '2620:119:35::35', '2620:119:53::53'],
  AdGuard: ['94.140.14.0/24', '94.140.15.0/24', '2a10:50c0::/32'],
  CleanBrowsing: ['185.228.168.0/24', '185.228.169.0/24', '2a0d:2a00:1::/48', '2a0d:2a00:2::/48'],
  Level3: ['4.2.2.0/29', '209.244.0.3', '209.244.0.4'],
  Verisign: ['64.6.64.6', '64.6.65.6'],
  Comodo: ['8.26.56.26', '8.20.247.20'],
};

const table = Object.entries(operators).flatMap(([operator, texts]) =>
  texts.map((text) => {
    const prefix = parsePrefix(text);
    if (prefix === undefined) throw new Error(`${operator}: ${text} is not a prefix`);
    return { operator, prefix };
  }),
);

/** Who runs the public resolver at an address; undefined where it is none of the known ones. */
export function publicResolverOperator(address: Address): string | undefined {
  return table.find(({ prefix }) => holds(prefix, address))?.operator;
}
