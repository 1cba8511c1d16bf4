/** Certificates for tests, made by openssl in milliseconds: an authority and what it signs. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export class Authority {
  /** Path of the authority's own certificate. */
  readonly ca: string;

  constructor(
    private readonly folder: string,
    private readonly name = 'authority',
  ) {
    this.ca = this.#path('pem');
    openssl([
      'req',
      '-x509',
      ...newKey,
      '-keyout',
      this.#path('key'),
      '-out',
      this.ca,
      '-subj',
      `/CN=${name}`,
      '-days',
      '2',
    ]);
  }

  /** @param days negative: it has ended that long ago. @param names what a server's certificate is for */
  sign(
    subject: string,
    { days = 1, names = 'DNS:localhost,IP:127.0.0.1' }: { days?: number; names?: string } = {},
  ): Certificate {
    const base = join(this.folder, `${this.name}-${subject}`);
    const [cert, key, request] = [`${base}.pem`, `${base}.key`, `${base}.csr`];
    openssl([
      'req',
      ...newKey,
      '-keyout',
      key,
      '-out',
      request,
      '-subj',
      `/CN=${subject}`,
      '-addext',
      `subjectAltName=${names}`,
    ]);
    openssl([
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      this.ca,
      '-CAkey',
      this.#path('key'),
      '-CAcreateserial',
      '-days',
      String(days),
      '-copy_extensions',
      'copy',
      '-out',
      cert,
    ]);
    return { cert, key };
  }

  #path(ending: string): string {
    return join(this.folder, `${this.name}.${ending}`);
  }
}

/** A file that is no certificate. */
export function writeRubbish(folder: string): string {
  const path = join(folder, 'rubbish.pem');
  writeFileSync(path, 'rubbish\n');
  return path;
}

function openssl(args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' });
}
