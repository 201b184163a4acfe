import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export interface WebOptions {
  /** Where people open Temporal Web, on 127.0.0.1. */
  port: number;
  /** Where the server's own Temporal Web listens, on 127.0.0.1. */
  upstreamPort: number;
}

const host = '127.0.0.1';
const settingsPath = '/api/v1/settings';
const settingsSchema = z.looseObject({ Codec: z.looseObject({}) });

/**
 * Temporal Web with two settings that the development server cannot be started with: payloads are decoded with the
 * person's session at the codec endpoint (`IncludeCredentials`), and nothing can be written, because what a browser writes
 * is not encrypted and would stop the workflow that gets it. All else is passed through as it is.
 */
export async function serveTemporalWeb({
  port,
  upstreamPort,
}: WebOptions): Promise<{ stop(): Promise<void> }> {
  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing, upstreamPort);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return {
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, upstreamPort: number): void {
  const isSettings = incoming.url?.split('?')[0] === settingsPath;
  const headers = { ...incoming.headers };
  delete headers.host;
  // The settings are read here, so they must come as plain text.
  if (isSettings) delete headers['accept-encoding'];
  const upstream = request(
    {
      host,
      port: upstreamPort,
      method: incoming.method,
      path: incoming.url,
      headers,
    },
    (answer) => {
      if (isSettings && answer.statusCode === 200) void answerSettings(answer, outgoing);
      else {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      }
    },
  );
  upstream.on('error', () => {
    if (outgoing.headersSent) outgoing.destroy();
    else
      outgoing
        .writeHead(502, { 'content-type': 'text/plain' })
        .end('Temporal Web is not up; try again soon.\n');
  });
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

async function answerSettings(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    const settings = settingsSchema.parse(JSON.parse(Buffer.concat(chunks).toString()));
    const changed = {
      ...settings,
      DisableWriteActions: true,
      Codec: { ...settings.Codec, IncludeCredentials: true },
    };
    outgoing
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      .end(JSON.stringify(changed));
  } catch {
    outgoing.writeHead(502, { 'content-type': 'text/plain' }).end('Temporal Web gave no settings.\n');
  }
}
