/** Addresses, networks, domains and ports as the tables of the gateway take them. */
import { z } from 'zod';

export const Cidr = z
  .string()
  .regex(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, 'Enter an IP address or a network such as 10.0.0.0/8.');

export const Domain = z
  .string()
  .toLowerCase()
  .regex(
    /^\.?([a-z0-9_]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'Enter a domain such as example.com, or .example.com for its subdomains.',
  );

export const Port = z.int().min(0).max(65535);

/** Name of a thing that others of the configuration refer to. */
export const Name = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9 ._-]{0,39}$/,
    'Enter a name of at most 40 letters, digits, spaces, dots, dashes and underscores.',
  );
