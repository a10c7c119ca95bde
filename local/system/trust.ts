import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Makes this process trust what the local system's own CA signed, and nothing else beyond the usual. */
export const trustAuthority = (caPath: string): void => {
  const certificate = readFileSync(caPath, 'utf8');
  setDefaultCACertificates([...getCACertificates('default'), certificate]);
};
