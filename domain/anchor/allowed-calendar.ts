/**
 * Whether a calendar that a proof names may be asked. A calendar's answer can name any other, so without this list it could send us
 * anywhere. An entry is an address, or one whose host begins with `*.` for any host below: `https://*.calendar.opentimestamps.org`.
 */
export function isAllowedCalendar(uri: string, allowed: readonly string[]): boolean {
  const asked = partsOf(uri);
  return asked !== undefined && allowed.some((entry) => matches(asked, partsOf(entry)));
}

interface Parts {
  readonly scheme: string;
  readonly host: string;
  readonly path: string;
}

/** No login, query or fragment, and no dot segments that a client would resolve into another path. */
function partsOf(uri: string): Parts | undefined {
  const match = /^(https?):\/\/([A-Za-z0-9.*-]+(?::\d{1,5})?)((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)\/?$/.exec(
    uri,
  );
  const [, scheme, host, path] = match ?? [];
  if (scheme === undefined || host === undefined || path === undefined) return undefined;
  return { scheme, host: host.toLowerCase(), path };
}

function matches(asked: Parts, allowed: Parts | undefined): boolean {
  if (asked.scheme !== allowed?.scheme || asked.path !== allowed.path || asked.host.includes('*'))
    return false;
  if (!allowed.host.startsWith('*.')) return asked.host === allowed.host;
  const suffix = allowed.host.slice(1);
  return asked.host.endsWith(suffix) && asked.host.length > suffix.length;
}
