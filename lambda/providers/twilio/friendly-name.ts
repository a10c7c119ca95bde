/** Longest `FriendlyName` of a key: Twilio's OpenAPI `twilio_iam_v1`, `CreateNewKey`. */
const MAX_LENGTH = 64;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** 16 bytes in base64url: the last character carries two bits. */
const SHORT_UUID = /(?<=-)[A-Za-z0-9_-]{21}[AQgw]$/;

/**
 * A key's name, cut to what Twilio takes.
 *
 * The room's prefix and a UUID have up to 78 characters; with the UUID in base64url the longest one has exactly 64. A
 * name that fits stays as it is, so that the version's id can be read in Twilio's console.
 */
export const friendlyNameOf = (name: string): string =>
  name.length <= MAX_LENGTH
    ? name
    : name.replace(UUID, (uuid) => Buffer.from(uuid.replaceAll('-', ''), 'hex').toString('base64url'));

/** The name that {@link friendlyNameOf} was given. */
export const nameOf = (friendlyName: string): string =>
  UUID.test(friendlyName)
    ? friendlyName
    : friendlyName.replace(SHORT_UUID, (short) =>
        Buffer.from(short, 'base64url')
          .toString('hex')
          .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
      );
