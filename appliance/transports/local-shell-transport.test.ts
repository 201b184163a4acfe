import { LocalShellTransport } from './local-shell-transport.ts';
import { describeBatches } from './batch-contract.ts';
import { describeTransport } from './transport-contract.ts';

const transport = new LocalShellTransport();
describeTransport('a local shell', () => ({ transport, host: 'srv-1' }));
describeBatches('a local shell', () => ({ transport, host: 'srv-1' }));
