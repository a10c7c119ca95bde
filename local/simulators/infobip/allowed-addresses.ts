import { BlockList, isIP } from 'node:net';

/** Whether an entry of `allowedIPs` is an address, a network (`203.0.113.0/24`) or a range (`203.0.113.1-203.0.113.9`). */
export function isAddressEntry(entry: string): boolean {
  try {
    add(new BlockList(), entry);
    return true;
  } catch {
    return false;
  }
}

/**
 * Whether a key with these `allowedIPs` may be used from an address. An empty list allows every address.
 *
 * @param entries each must pass {@link isAddressEntry}.
 */
export function isAllowedAddress(entries: readonly string[], address: string): boolean {
  if (entries.length === 0) return true;
  const allowed = new BlockList();
  entries.forEach((entry) => {
    add(allowed, entry);
  });
  return allowed.check(address, familyOf(address));
}

function add(list: BlockList, entry: string): void {
  const [network, prefix] = entry.split('/');
  const [first, last] = entry.split('-');
  if (prefix !== undefined && network !== undefined) {
    if (!/^\d+$/.test(prefix)) throw new RangeError('not a prefix length');
    list.addSubnet(network, Number(prefix), familyOf(network));
  } else if (last !== undefined && first !== undefined) {
    if (familyOf(first) !== familyOf(last)) throw new RangeError('two families in a range');
    list.addRange(first, last, familyOf(first));
  } else {
    list.addAddress(entry, familyOf(entry));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  const version = isIP(address);
  if (version === 0) throw new RangeError('not an IP address');
  return version === 4 ? 'ipv4' : 'ipv6';
}
