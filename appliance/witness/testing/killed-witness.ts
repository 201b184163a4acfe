import { createSigner, nodeCryptography, readPublicKey } from '../../../evidence/node/ed25519.ts';
import { createWitness } from '../create-witness.ts';
import { WitnessStore } from '../witness-store.ts';

/**
 * A witness that dies by SIGKILL when it has stored what it cosigned and before anybody hears of it. Its orders come on stdin
 * as JSON; it prints nothing.
 */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const { file, site, name, privateKeyPem, logKeyPem, request } = JSON.parse(
  Buffer.concat(chunks).toString(),
) as Record<'file' | 'site' | 'name' | 'privateKeyPem' | 'logKeyPem' | 'request', string>;
const witness = createWitness({
  name,
  signer: createSigner(privateKeyPem),
  site,
  logKeys: [readPublicKey(logKeyPem)],
  store: new WitnessStore(file),
  now: Date.now,
  cryptography: nodeCryptography,
});
const answer = await witness.cosign(request);
if (answer.kind === 'cosigned') process.kill(process.pid, 'SIGKILL');
console.log(JSON.stringify(answer));
