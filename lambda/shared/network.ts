import { BlockList, isIPv4 } from 'node:net';

/** Whether an address lies in one of the networks (IPv4 CIDR). Whatever is no IPv4 address lies in none. */
export const isWithin = (address: string, networks: readonly string[]): boolean => {
  if (!isIPv4(address)) return false;
  const list = new BlockList();
  for (const network of networks) {
    const [first = '', prefix = ''] = network.split('/');
    list.addSubnet(first, Number(prefix), 'ipv4');
  }
  return list.check(address, 'ipv4');
};

/** Whether a text is an IPv4 network in CIDR notation; `0.0.0.0/0` is none, as it bounds nothing. */
export const isNetwork = (text: string): boolean => {
  const [, first = '', prefix = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? [];
  return isIPv4(first) && Number(prefix) >= 1 && Number(prefix) <= 32;
};
