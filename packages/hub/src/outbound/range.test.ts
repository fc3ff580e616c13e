import { describe, expect, it } from 'vitest';
import { reachOf, rules } from './range.ts';

const KINDS: Record<string, string[]> = {
  loopback: ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  private: ['10.1.2.3', '100.64.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd12::1', 'fec0::1'],
  'link-local': ['169.254.1.1', 'fe80::1', '::ffff:169.254.1.1'],
  metadata: ['169.254.169.254', '::ffff:a9fe:a9fe', 'fd00:ec2::254', '100.100.100.200'],
  reserved: [
    '0.0.0.0',
    '192.0.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '2001:db8::1',
    'ff02::1',
  ].concat(['64:ff9b::7f00:1', '2002:7f00:1::', '::7f00:1', 'no address', '']),
  public: ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8'],
};

describe('addresses', () => {
  for (const [kind, all] of Object.entries(KINDS))
    it.each(all)(`${kind}: %s`, (address) => {
      expect(reachOf(address)).toBe(kind);
      expect(rules([]).refusal(address)).toBe(kind === 'public' ? '' : kind);
    });

  it('may be named by the operator, by network or alone', () => {
    const { refusal, isAllowed } = rules(['10.0.0.0/8', '127.0.0.1', 'fd00::/8']);
    expect(refusal('10.9.9.9')).toBe('');
    expect(refusal('::ffff:10.9.9.9')).toBe('');
    expect(refusal('127.0.0.1')).toBe('');
    expect(refusal('127.0.0.2')).toBe('loopback');
    expect(refusal('fd00::1')).toBe('');
    expect(isAllowed('8.8.8.8')).toBe(false);
  });

  it('of metadata services are never in a network, only named alone', () => {
    expect(rules(['169.254.0.0/16', 'fd00::/8']).refusal('169.254.169.254')).toBe('metadata');
    expect(rules(['169.254.0.0/16', 'fd00::/8']).refusal('fd00:ec2::254')).toBe('metadata');
    expect(rules(['169.254.169.254']).refusal('169.254.169.254')).toBe('');
    expect(rules(['169.254.169.254/32']).refusal('::ffff:169.254.169.254')).toBe('');
  });
});
