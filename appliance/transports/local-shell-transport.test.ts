import { LocalShellTransport } from './local-shell-transport.ts';
import { describeTransport } from './transport-contract.ts';

const transport = new LocalShellTransport();
describeTransport('a local shell', () => ({ transport, host: 'srv-1' }));
