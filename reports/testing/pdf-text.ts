import { inflateSync } from 'node:zlib';

/** The text of a PDF as this project writes it: deflated streams whose strings are hex in standard fonts. */
export function textOfPdf(bytes: Uint8Array): string {
  const raw = Buffer.from(bytes);
  const texts: string[] = [];
  for (let at = raw.indexOf('stream\n'); at !== -1; at = raw.indexOf('stream\n', at + 7)) {
    const end = raw.indexOf('\nendstream', at);
    if (raw.subarray(at - 3, at).toString() === 'end' || end === -1) continue;
    const content = inflateSync(raw.subarray(at + 7, end)).toString('latin1');
    for (const [, shown = ''] of content.matchAll(/\[(.*?)\] TJ/g)) {
      const hex = [...shown.matchAll(/<([0-9a-f]*)>/g)].map(([, digits = '']) => digits).join('');
      texts.push(Buffer.from(hex, 'hex').toString('latin1'));
    }
  }
  return texts.join('\n');
}
