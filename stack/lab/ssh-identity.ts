import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import ssh2 from 'ssh2';

export interface SshIdentity {
  /** Private key, mode 0600. */
  file: string;
  /** One line of an `authorized_keys` file. */
  publicKey: string;
}

/** The SSH key in `file`, made there (Ed25519) if it is missing. */
export function sshIdentity(file: string): SshIdentity {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const pair = ssh2.utils.generateKeyPairSync('ed25519', { comment: 'malachor-lab' });
    writeFileSync(`${file}.pub`, `${pair.public}\n`);
    writeFileSync(file, `${pair.private}\n`, { mode: 0o600 });
  }
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

/** Fingerprint, as ssh-keygen prints it, of a public key in the one-line form of OpenSSH. */
export function fingerprint(publicKeyLine: string): string {
  const blob = Buffer.from(publicKeyLine.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}
