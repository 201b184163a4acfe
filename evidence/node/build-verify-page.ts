import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';

const directory = join(import.meta.dirname, '../page');
let built: Promise<Uint8Array> | undefined;

/**
 * `verify.html`: the verifier as one page that a browser opens from a file, without network. Built once a process; the same
 * sources give the same bytes, so that its SHA-256 can be compared.
 */
export function buildVerifyPage(): Promise<Uint8Array> {
  built ??= buildPage();
  return built;
}

async function buildPage(): Promise<Uint8Array> {
  const [template, style, script] = await Promise.all([
    readFile(join(directory, 'page.html'), 'utf8'),
    readFile(join(directory, 'page.css'), 'utf8'),
    bundle(),
  ]);
  // Nothing may be loaded or sent, and nothing run but these two texts.
  const policy = [
    `default-src 'none'`,
    `script-src '${sourceHash(script)}'`,
    `style-src '${sourceHash(style)}'`,
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ');
  const page = [
    ['content=""', `content="${policy}"`],
    ['<style></style>', `<style>${style}</style>`],
    ['<script></script>', `<script>${script}</script>`],
  ].reduce((text, [empty = '', filled = '']) => {
    if (!text.includes(empty)) throw new Error(`page.html has no ${empty} to fill.`);
    return text.replace(empty, () => filled);
  }, template);
  return Buffer.from(page);
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(directory, 'main.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (!output) throw new Error('The verifier was not bundled.');
  // Would end the element early; in a string or pattern the backslash changes nothing.
  return output.text.replaceAll('</script', '<\\/script');
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
