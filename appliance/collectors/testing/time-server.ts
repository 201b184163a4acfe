import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { decodeHeader } from '../../../domain/time/ntp-packet.ts';
import { buildReply, type ReplyFields } from '../../../domain/time/testing/build-reply.ts';

/** Answers one request; nothing for none, or several packets. */
export type Answer = (origin: bigint, count: number) => (Partial<ReplyFields> | Uint8Array)[];

/** An NTP server of the tests, whose clock is this machine's and whatever is done to it. */
export interface TimeServer {
  /** `address:port`. */
  name: string;
  /** Nonces that were asked with. */
  asked: bigint[];
  close(): Promise<void>;
}

/** Starts a server whose clock is `offsetMs` ahead and which answers each request with `answer`. */
export async function startTimeServer(
  offsetMs = 0,
  answer: Answer = () => [{}],
  address = '127.0.0.1',
): Promise<TimeServer> {
  const socket: Socket = createSocket('udp4');
  const asked: bigint[] = [];
  socket.on('message', (packet, from) => {
    const receiveMs = Date.now() + 0.5 + offsetMs;
    const origin = decodeHeader(packet)?.transmit ?? 0n;
    asked.push(origin);
    for (const reply of answer(origin, asked.length)) {
      const bytes =
        reply instanceof Uint8Array ? reply : buildReply({ origin, receiveMs, precision: -10, ...reply });
      socket.send(bytes, from.port, from.address);
    }
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  return {
    name: `${address}:${socket.address().port}`,
    asked,
    close: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}
