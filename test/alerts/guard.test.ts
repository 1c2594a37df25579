import { describe, expect, it } from 'vitest';
import { createGuard, DestinationError } from '../../src/alerts/guard.ts';

/** A resolver that knows every name, and gives it the address under test. */
const resolving = (...addresses: string[]) => createGuard({ resolve: () => Promise.resolve(addresses) });
const unresolved = createGuard({ resolve: (name) => Promise.reject(new Error(`looked up ${name}`)) });

const LITERALS = [
  // loopback, in every notation that a URL parser or an inet_aton understands
  '127.0.0.1',
  '127.0.0.1.',
  '127.1',
  '127.0.1',
  '2130706433',
  '0x7f000001',
  '0x7f.1',
  '0x7f.0x0.0x0.0x1',
  '017700000001',
  '0177.0.0.1',
  '0177.0.0.01',
  '127.255.255.254',
  '１２７.０.０.１',
  '①②⑦.0.0.1',
  '127。0。0。1',
  '%31%32%37.0.0.1',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[0000:0000:0000:0000:0000:0000:0000:0001]',
  '[::0001]',
  // unspecified: on many systems this machine
  '0',
  '0.0.0.0',
  '0x0',
  '00000000000',
  '[::]',
  '[::0.0.0.0]',
  '0.1.2.3',
  // private, link-local, metadata services, carrier NAT, unique local
  '10.0.0.1',
  '10.255.255.255',
  '012.0.0.1',
  '167772161',
  '172.16.0.1',
  '172.31.255.255',
  '0xac100001',
  '192.168.0.1',
  '192.168.1',
  '3232235521',
  '169.254.169.254',
  '2852039166',
  '0xa9fea9fe',
  '0251.0376.0251.0376',
  '169.254.43518',
  '[fe80::1]',
  '[febf::1]',
  '[fe80::a9fe:a9fe]',
  '168.63.129.16',
  '100.64.0.1',
  '100.100.100.200',
  '100.127.255.255',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[fdff::1]',
  '[fec0::1]',
  // an IPv4 address in an IPv6 one
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:10.0.0.1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:a9fe:a9fe]',
  '[0:0:0:0:0:ffff:c0a8:1]',
  '[::127.0.0.1]',
  '[::7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::a00:1]',
  '[2002:7f00:1::]',
  '[2002:a9fe:a9fe::1]',
  '[2002:c0a8:1::1]',
  '[2001:0:7f00:1::]',
  '[2001::1]',
  // multicast, broadcast, reserved, documentation, benchmarks, discard, relays
  '224.0.0.1',
  '239.255.255.250',
  '[ff02::1]',
  '[ff0e::1]',
  '255.255.255.255',
  '240.0.0.1',
  '192.0.0.1',
  '192.0.0.170',
  '192.0.2.1',
  '198.51.100.1',
  '203.0.113.1',
  '198.18.0.1',
  '198.19.255.255',
  '192.88.99.1',
  '[2001:db8::1]',
  '[3fff::1]',
  '[100::1]',
  '[2001:2::1]',
  '[2001:10::1]',
  '[2001:20::1]',
  '[5f00::1]',
  '[4000::1]',
  '[::2]',
  '[2606:4700::5efe:10.0.0.1]',
  '[2606:4700::200:5efe:a9fe:a9fe]',
  '[fe80::5efe:7f00:1]',
  '[0:0:0:0:ffff:0:7f00:1]',
  '[::ffff:1:7f00:1]',
  '[64:ff9b:1:ffff:ffff:ffff:7f00:1]',
  '[64:ff9b:2::1]',
  '[2001:1::1]',
  '[2001:3::1]',
  '[2001:4:112::1]',
  '[2001:30::1]',
  '[2620:4f:8000::1]',
  '[2001:2f:ffff::1]',
  '[3fff:fff::1]',
  '[100:0:0:1::1]',
  '[feff::1]',
  '[fe00::1]',
  '[e000::1]',
  '[200::1]',
  '[1fff::1]',
  '[::1%lo]',
  '[::ffff:127.1]',
  '[::ffff:0x7f.0.0.1]',
  '[fd20:ce::254]',
  '192.31.196.1',
  '192.52.193.1',
  '192.175.48.1',
  '192.0.0.9',
  '169.254.170.2',
  '198.19.0.1',
  '233.252.0.1',
  '247.1.1.1',
  '255.255.255.254',
  '0x7f000001.',
  '127.0x1',
  '00.0.0.0',
  '4294967295',
  '037777777777',
  '127.0.0.1%00',
  '127%2e0%2e0%2e1',
  '𝟏𝟐𝟕.0.0.1',
  '169.254.169.254.',
];

const URLS = [
  'http://hooks.example/',
  'HTTP://hooks.example/',
  'ftp://hooks.example/',
  'file:///etc/passwd',
  'gopher://hooks.example/',
  'javascript:alert(1)',
  'data:text/plain,x',
  'unix:/var/run/docker.sock',
  'ws://hooks.example/',
  'https:///',
  'https://',
  '//hooks.example/',
  'hooks.example',
  'https://user@hooks.example/',
  'https://user:pw@hooks.example/',
  'https://:pw@hooks.example/',
  'https://hooks.example@127.0.0.1/',
  'https://hooks.example:22/',
  'https://hooks.example:25/',
  'https://hooks.example:0/',
  'https://hooks.example:6000/',
  'https://hooks.example:6667/',
  'https://hooks.example:99999/',
  'https://[fe80::1%25eth0]/',
  'https://[::1',
  'https://127.0.0.1\\@hooks.example/',
  'https://127.0.0.1#@hooks.example/',
  'https://127.0.0.1?@hooks.example/',
  'https://hooks.example\u0000.evil/',
  'https://1.2.3.4.5/',
  'https://256.256.256.256/',
  'https://0x100000000/',
  'https:127.0.0.1',
  'https:\\\\127.0.0.1',
  'https://\t127.0.0.1',
  ' https://127.0.0.1',
  'https://127.0.0.1:443',
  'https://127.0.0.1%2f@hooks.example',
  'https://hooks.example\t.evil@127.0.0.1/',
  'https://ho\noks.example@127.0.0.1/',
  'https://127.0.0.1:80:443/',
  'https://[::1]:443@x/',
  'https://;127.0.0.1/',
  'https://%00127.0.0.1/',
  'https:///127.0.0.1',
  'https:////127.0.0.1',
  'https://@127.0.0.1',
  'https://xn--/',
  'https://hooks.example:-1/',
  'https://hooks.example:44 3/',
  'https://hooks.example:79/',
  'https://hooks.example:389/',
  'https://hooks.example:445/',
  'https://hooks.example:2049/',
  'blob:https://hooks.example/',
  'view-source:https://hooks.example/',
  'jar:https://hooks.example!/',
  'dict://hooks.example/',
  'ldap://hooks.example/',
];

/** Hosts for syslog: a name or an address, and nothing that a parser would make one of. */
const HOSTS = [
  'logs.example/../x',
  'logs.example?x',
  'logs.example#x',
  'logs.example\r\nx',
  'lo gs.example',
  ' logs.example',
  'user@logs.example',
  'logs.example:99',
  '[::1]',
  '::ffff:127.0.0.1',
  'fe80::1%eth0',
  '127.1',
  '0x7f.1',
  '',
];

const ANSWERS = [
  '127.0.0.1',
  '127.8.8.8',
  '::1',
  '10.1.2.3',
  '172.20.0.1',
  '192.168.8.8',
  '169.254.169.254',
  '100.64.1.1',
  '0.0.0.0',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'fd12::1',
  '::ffff:10.1.2.3',
  '::ffff:7f00:1',
  '64:ff9b::a01:203',
  '2002:a01:203::1',
  '2001:0:a01:203::1',
  '224.0.0.251',
  'ff02::fb',
  '255.255.255.255',
  '240.1.1.1',
  '168.63.129.16',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '127.1',
  '2130706433',
  'localhost',
  '',
  ' 127.0.0.1',
  '8.8.8.8 ',
  '8.8.8.8\u0000',
];

describe('the guard against requests to our own side', () => {
  it.each(LITERALS)('refuses the literal %s', async (host) => {
    await expect(unresolved.url(`https://${host}/hook`)).rejects.toThrow(DestinationError);
  });

  it.each(URLS)('refuses the URL %j', async (url) => {
    await expect(resolving('93.184.216.34').url(url)).rejects.toThrow(DestinationError);
  });

  it.each(HOSTS)('refuses the syslog host %j', async (host) => {
    await expect(resolving('93.184.216.34').host(host, 6514, true)).rejects.toThrow(DestinationError);
  });

  it.each(['localhost', 'LOCALHOST.', 'foo.localhost', 'ⓛⓞⓒⓐⓛⓗⓞⓢⓣ', 'loc\u00adalhost'])(
    'looks up what %s is called in the end',
    async (name) => {
      const asked: string[] = [];
      const guard = createGuard({
        resolve: async (host) => {
          asked.push(host);
          return ['127.0.0.1'];
        },
      });
      await expect(guard.url(`https://${name}/`)).rejects.toThrow('(loopback)');
      expect(asked).toEqual([expect.stringMatching(/^(foo\.)?localhost\.?$/)]);
    },
  );

  it.each(ANSWERS)('refuses a name that resolves to %j', async (address) => {
    await expect(resolving(address).url('https://hooks.example/')).rejects.toThrow(DestinationError);
    await expect(resolving('93.184.216.34', address).url('https://hooks.example/'), 'one of two').rejects.toThrow(
      DestinationError,
    );
    await expect(resolving(address).host('logs.example', 6514, true), 'syslog').rejects.toThrow(DestinationError);
  });

  it('is a table of more than eighty tricks', () => {
    expect(new Set([...LITERALS, ...URLS, ...HOSTS, ...ANSWERS]).size).toBeGreaterThan(220);
  });

  it('refuses a name without an address, and lets the failure of a look-up through', async () => {
    await expect(resolving().url('https://hooks.example/')).rejects.toThrow('has no address');
    await expect(unresolved.url('https://hooks.example/')).rejects.toThrow('looked up hooks.example');
  });

  it.each(['93.184.216.34', '8.8.8.8', '2606:4700::1111', '2a00:1450:4001:80b::200e'])(
    'lets the public address %s pass',
    async (address) => {
      const destination = await resolving(address).url('https://hooks.example:8443/x');
      expect(destination).toMatchObject({
        hostname: 'hooks.example',
        port: 8443,
        secure: true,
        addresses: [{ address }],
      });
    },
  );

  it('asks the system by default, and refuses what it says of localhost', async () => {
    await expect(createGuard().url('https://localhost/')).rejects.toThrow('(loopback)');
  });

  it('looks a name up once a connection, and hands back what it checked', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const guard = createGuard({ resolve: () => Promise.resolve(answers.shift() ?? []) });
    const first = await guard.url('https://rebind.example/');
    expect(first.addresses).toEqual([{ address: '93.184.216.34', family: 4 }]);
    await expect(guard.url('https://rebind.example/')).rejects.toThrow('loopback');
  });

  it('does not tell the path of a URL, which may be the secret', async () => {
    const refusal: unknown = await unresolved
      .url('https://127.0.0.1/services/T0/B0/SECRET')
      .catch((error: unknown) => error);
    expect(String(refusal)).not.toContain('SECRET');
  });

  describe('with networks allowed', () => {
    const guard = createGuard({
      allowNetworks: ['10.20.0.0/16', 'fd00:1::/32'],
      allowHttp: true,
      resolve: (name) =>
        Promise.resolve([name.replace(/^at-(.*)\.example$/, (_, at: string) => at.replaceAll('-', '.'))]),
    });

    it.each([
      'https://10.20.3.4/',
      'http://10.20.3.4:8080/',
      'http://at-10-20-255-1.example/',
      'https://[fd00:1::5]/',
      'https://[::ffff:10.20.3.4]/',
    ])('reaches %s', async (url) => {
      await expect(guard.url(url)).resolves.toMatchObject({ port: expect.any(Number) });
    });

    it.each([
      'https://10.21.0.1/',
      'https://10.19.255.255/',
      'http://at-93-184-216-34.example/',
      'https://[fd00:2::5]/',
      'https://127.0.0.1/',
    ])('refuses %s', async (url) => {
      await expect(guard.url(url)).rejects.toThrow(DestinationError);
    });

    it('sends plain syslog there alone', async () => {
      await expect(guard.host('10.20.3.4', 514, false)).resolves.toMatchObject({ secure: false });
      await expect(guard.host('at-93-184-216-34.example', 514, false)).rejects.toThrow('without TLS');
      await expect(guard.host('at-93-184-216-34.example', 6514, true)).resolves.toMatchObject({ secure: true });
    });

    it('refuses plain http where it is not allowed, allowed network or not', async () => {
      await expect(createGuard({ allowNetworks: ['10.20.0.0/16'] }).url('http://10.20.3.4/')).rejects.toThrow(
        'allow_http',
      );
    });

    it('says at once which network it cannot read', () => {
      expect(() => createGuard({ allowNetworks: ['10.20.0.0'] })).toThrow(
        'alerts.allow_networks: 10.20.0.0 is no network',
      );
    });
  });
});
