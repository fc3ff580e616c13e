/** The cast of the sample mail: our staff, partners who write to them, senders of newsletters. All invented. */

/** Our own domain: the gateway accepts mail for it. */
export const HOME = 'example.com';

export interface Person {
  name: string;
  address: string;
}

const person = (name: string, domain: string): Person => ({
  name,
  address: `${name
    .toLowerCase()
    .normalize('NFD')
    .replace(/[^a-z ]/g, '')
    .replaceAll(' ', '.')}@${domain}`,
});

const names = (list: string): string[] => list.split(',').map((name) => name.trim());

export const STAFF: Person[] = names(
  `Mara Lindqvist, Jonas Achterberg, Priya Raman, Tomás Ferreira, Aiko Hayashi, Lena Vogt, Samuel Okafor,
   Noémie Laurent, Piotr Zieliński, Ingrid Solheim, Rafael Duarte, Hana Novotná, Omar Haddad, Greta Bianchi,
   Yusuf Demir, Clara Whitfield, Diego Salazar, Elif Aydın, Felix Baumann, Sofia Marković, Nikhil Menon,
   Amelia Thornton, Viktor Hedlund, Zoë van Dijk, Luca Moretti, Farah Aziz, Henrik Dahl, Olivia Prescott,
   Mateus Rocha, Ruth Adler, Karim Bensaid, Anneli Virtanen, Dominik Wolf, Beatriz Campos, Theo Marsh,
   Wanda Kowalska, Iris Fontaine, Gustav Nyberg, Leila Rahimi, Paul Ostrander, Marta Iglesias, Simon Kerr,
   Nadia Petrova, Bruno Castelli, Eva Holm, Callum Reid, Rosa Jiménez, Anton Weiss`,
).map((name) => person(name, HOME));

export interface Partner {
  domain: string;
  /** Where its mail comes from: a loopback address that stands for the partner's server. */
  ip: string;
  people: Person[];
}

const partner = (domain: string, ip: string, list: string): Partner => ({
  domain,
  ip,
  people: names(list).map((name) => person(name, domain)),
});

export const PARTNERS: Partner[] = [
  partner('harbourpine.example.org', '127.10.1.10', 'Ellen Marsh, Derek Poole, Sunita Rao'),
  partner('nordfrakt.example.org', '127.10.2.10', 'Björn Eklund, Kaisa Lehto'),
  partner('lumen-print.example.net', '127.10.3.10', 'Marco Testa, Julia Brandt'),
  partner('atelier-vert.example.org', '127.10.4.10', 'Camille Roux, Hugo Petit'),
  partner('kestrel-legal.example.net', '127.10.5.10', 'Fiona Byrne, Andrew Colby'),
  partner('oakmont-supply.example.org', '127.10.6.10', 'Gary Winslow, Teresa Lund, Ivan Horvat'),
];

export const NEWSLETTERS = [
  {
    name: 'Logistics Weekly',
    address: 'digest@logistics-weekly.example.net',
    ip: '127.20.1.5',
    host: 'logistics-weekly.example.net',
  },
  {
    name: 'The Ledger',
    address: 'hello@the-ledger.example.net',
    ip: '127.20.2.5',
    host: 'the-ledger.example.net',
  },
  { name: 'Devnotes', address: 'news@devnotes.example.org', ip: '127.20.3.5', host: 'devnotes.example.org' },
] as const;
