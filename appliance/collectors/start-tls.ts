import type { Socket } from 'node:net';

/** How a client asks for TLS on a port that begins in clear text; `none` where it begins with TLS. */
export const startTlsProtocols = ['none', 'smtp', 'imap', 'postgres', 'mysql'] as const;
export type StartTlsProtocol = (typeof startTlsProtocols)[number];

/** The most that a server may say before TLS. */
const maxBytes = 16_384;

/** What a server says in clear text is not what its protocol asks for. */
export class StartTlsError extends Error {
  override readonly name = 'StartTlsError';
}

/**
 * Asks for TLS. True where the server is ready for the handshake, which has to be the next thing sent; false where it
 * offers none. Nothing but this request is sent.
 *
 * @throws StartTlsError where it speaks another protocol, or says more than it may: what lies in the buffer before the
 * handshake would be taken for what came through it (CVE-2011-0411, CVE-2021-23222).
 */
export async function startTls(socket: Socket, protocol: StartTlsProtocol): Promise<boolean> {
  switch (protocol) {
    case 'none':
      return true;
    case 'smtp':
      return startSmtp(socket);
    case 'imap':
      return startImap(socket);
    case 'postgres':
      return startPostgres(socket);
    case 'mysql':
      return startMysql(socket);
  }
}

/** RFC 3207. The last line of a reply has a space after its code. */
async function startSmtp(socket: Socket): Promise<boolean> {
  const reply = async () => {
    const lines = await readLines(socket, (line) => !/^\d{3}-/u.test(line));
    expectThat(/^\d{3}(?: |$)/u.test(lines.at(-1) ?? ''), 'no reply of SMTP');
    return lines;
  };
  expectThat((await reply()).at(-1)?.startsWith('220'), 'no greeting of SMTP');
  socket.write('EHLO [127.0.0.1]\r\n');
  const offers = await reply();
  if (!offers.some((line) => /^250[ -]STARTTLS\s*$/iu.test(line))) return false;
  socket.write('STARTTLS\r\n');
  return (await reply()).at(-1)?.startsWith('220') === true;
}

/** RFC 9051, section 6.2.1. */
async function startImap(socket: Socket): Promise<boolean> {
  const [greeting = ''] = await readLines(socket, () => true);
  expectThat(/^\* (?:OK|PREAUTH)\b/iu.test(greeting), 'no greeting of IMAP');
  socket.write('a1 STARTTLS\r\n');
  const answer = await readLines(socket, (line) => line.startsWith('a1 '));
  return /^a1 OK\b/iu.test(answer.at(-1) ?? '');
}

/** SSLRequest of the frontend/backend protocol 3: a length of 8 and the code 80877103. */
async function startPostgres(socket: Socket): Promise<boolean> {
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(80_877_103, 4);
  socket.write(request);
  const answer = (await readBytes(socket, () => 1)).toString('latin1');
  expectThat(answer === 'S' || answer === 'N', 'no answer of PostgreSQL');
  return answer === 'S';
}

const mysql = { protocol41: 0x200, ssl: 0x800, secureConnection: 0x8000, maxPacket: 2 ** 24, utf8mb4: 45 };

/** SSLRequest of the client/server protocol 10: the first half of a handshake response, after the server's handshake. */
async function startMysql(socket: Socket): Promise<boolean> {
  const packet = await readBytes(socket, (bytes) =>
    bytes.length < 4 ? undefined : 4 + bytes.readUIntLE(0, 3),
  );
  const versionEnd = packet.indexOf(0, 5);
  // After the version: connection id (4), salt (8), filler (1), and the lower half of the capabilities.
  const capabilitiesAt = versionEnd + 1 + 13;
  expectThat(
    packet[4] === 10 && versionEnd > 0 && capabilitiesAt + 2 <= packet.length,
    'no handshake of MySQL',
  );
  if ((packet.readUInt16LE(capabilitiesAt) & mysql.ssl) === 0) return false;
  const request = Buffer.alloc(4 + 32);
  request.writeUIntLE(32, 0, 3);
  request.writeUInt8(1, 3);
  request.writeUInt32LE(mysql.protocol41 | mysql.ssl | mysql.secureConnection, 4);
  request.writeUInt32LE(mysql.maxPacket, 8);
  request.writeUInt8(mysql.utf8mb4, 12);
  socket.write(request);
  return true;
}

function expectThat(holds: boolean | undefined, otherwise: string): void {
  if (holds !== true) throw new StartTlsError(`there is ${otherwise}`);
}

/** Lines up to the first that `isLast`, without their ends. */
async function readLines(socket: Socket, isLast: (line: string) => boolean): Promise<string[]> {
  const linesOf = (bytes: Buffer) => bytes.toString('latin1').split('\r\n').slice(0, -1);
  const bytes = await readBytes(socket, (soFar) => {
    const lines = linesOf(soFar);
    const last = lines.findIndex(isLast);
    return last < 0 ? undefined : lines.slice(0, last + 1).join('\r\n').length + 2;
  });
  return linesOf(bytes);
}

/** Exactly the bytes that `length` asks for, once it can tell. Rejects where more came, or the other side hung up. */
function readBytes(socket: Socket, length: (bytes: Buffer) => number | undefined): Promise<Buffer> {
  const read = Promise.withResolvers<Buffer>();
  let bytes = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk]);
    const wanted = length(bytes);
    if (bytes.length > (wanted ?? maxBytes))
      read.reject(new StartTlsError('the server says more than it may'));
    else if (bytes.length === wanted) read.resolve(bytes);
  };
  const onEnd = () => {
    read.reject(new StartTlsError('the server hung up'));
  };
  socket.on('data', onData).once('error', read.reject).once('close', onEnd).once('end', onEnd).resume();
  return read.promise.finally(() => {
    socket.off('data', onData).off('error', read.reject).off('close', onEnd).off('end', onEnd).pause();
  });
}
