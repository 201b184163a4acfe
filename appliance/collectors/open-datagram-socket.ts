import { createSocket } from 'node:dgram';

/** An IP address that was resolved, and a port. */
export interface SocketAddress {
  address: string;
  family: 4 | 6;
  port: number;
}

/** A UDP socket that talks to one other side alone. */
export interface DatagramSocket {
  send(packet: Uint8Array): void;
  close(): void;
}

/** What a socket tells. `onError` is told of answers such as "port unreachable", too. */
export interface DatagramListener {
  onPacket: (packet: Uint8Array) => void;
  onError: (error: Error) => void;
}

/** Opens a socket from a port that the system picks at random (RFC 9109). Rejects where there is no way to the address. */
export type OpenDatagramSocket = (to: SocketAddress, listener: DatagramListener) => Promise<DatagramSocket>;

/** Connected, so that the kernel drops what other addresses and ports send. */
export const openDatagramSocket: OpenDatagramSocket = (to, { onPacket, onError }) => {
  const socket = createSocket(to.family === 4 ? 'udp4' : 'udp6');
  const opened = Promise.withResolvers<DatagramSocket>();
  // Before it is connected an error ends the attempt; later it is one answer among others.
  socket.on('error', (error) => {
    opened.reject(error);
    onError(error);
  });
  socket.on('message', onPacket);
  const close = () => {
    socket.close();
  };
  // The callback is given the error where there is one, which its type does not say.
  socket.connect(to.port, to.address, ((error?: Error) => {
    if (error) {
      close();
      opened.reject(error);
    } else opened.resolve({ send, close });
  }) as () => void);
  const send = (packet: Uint8Array) => {
    socket.send(packet, (error) => {
      if (error) onError(error);
    });
  };
  return opened.promise;
};
