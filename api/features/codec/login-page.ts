/** A whole page. Only constants and escaped text go into it. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1>
${body}
</main></body>
</html>
`;
}

/** Asks for the token; posted, so that it never is in a URL. */
export function loginPage(message?: string): string {
  return page(
    'Read histories in Temporal Web',
    `${message === undefined ? '' : `<p role="alert">${escapeHtml(message)}</p>`}
<form method="post" action="/codec/login">
<p><label>Your Malachor token<br><input name="token" type="password" autocomplete="current-password" required></label></p>
<p><button>Log in</button></p>
</form>`,
  );
}

/** Where to go on, and what a Temporal Web that Malachor did not start must be told. */
export function loggedInPage(endpoint: string, webOrigins: readonly string[]): string {
  const links = webOrigins.map((origin) => {
    const web = escapeHtml(origin);
    return `<li><a href="${web}/namespaces/malachor/workflows">${web}</a></li>`;
  });
  return page(
    'You are logged in',
    `<p>Histories are readable in this browser now:</p>
<ul>${links.join('')}</ul>
<p>A Temporal Web that Malachor did not start needs <code>TEMPORAL_CODEC_ENDPOINT=${escapeHtml(endpoint)}</code> and
<code>TEMPORAL_CODEC_INCLUDE_CREDENTIALS=true</code>, and its origin in <code>MALACHOR_TEMPORAL_WEB_ORIGINS</code>.</p>
<form method="post" action="/codec/logout"><p><button>Log out</button></p></form>`,
  );
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
