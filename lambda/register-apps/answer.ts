import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Tells CloudFormation how a request ended. */
export type Answer = (responseUrl: string, document: object) => Promise<void>;

/** CloudFormation waits an hour for an answer that was lost; a second try costs nothing. */
const ATTEMPTS = 3;
const TIMEOUT_MS = 5000;

/**
 * PUTs the document to the presigned URL.
 *
 * Without a content type: it is part of the URL's signature, and CloudFormation signs an empty one.
 * Plain HTTP is taken as well, since whoever made the request chose the address; the document holds nothing secret.
 */
export const answerByHttp: Answer = async (responseUrl, document) => {
  for (let attempt = 1; ; attempt++) {
    try {
      await put(new URL(responseUrl), JSON.stringify(document));
      return;
    } catch (error: unknown) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
};

const put = (url: URL, body: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const outgoing = request(url, { method: 'PUT', headers, timeout: TIMEOUT_MS }, (incoming) => {
      incoming.resume();
      const { statusCode = 0 } = incoming;
      if (statusCode < 300) resolve();
      else reject(new Error(`CloudFormation's response URL answered ${statusCode}`));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error("CloudFormation's response URL did not answer in time")));
    outgoing.on('error', reject);
    outgoing.end(body);
  });
