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

/** What remains to be done in Temporal Web, once for each browser. */
export function loggedInPage(endpoint: string): string {
  return page(
    'You are logged in',
    `<p>Temporal Web leaves cookies out until it is told otherwise. Once in each browser:</p>
<ol>
<li>Open Temporal Web and press the codec server button (glasses) at the top.</li>
<li>Choose to use the browser's setting, and enter <code>${escapeHtml(endpoint)}</code> as endpoint.</li>
<li>Switch on <em>Include cross-origin credentials</em> and apply.</li>
</ol>
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
