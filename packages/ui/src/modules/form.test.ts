import type { ModuleType, SpecField } from '@sightline/api';
import { expect, it } from 'vitest';
import {
  deviceOptions,
  grouped,
  initialValues,
  isOfUse,
  quickStart,
  readValues,
  searchTypes,
} from './form.ts';

const SPEC: SpecField[] = [
  { key: 'device', type: 'device', label: 'Registered Device', required: true },
  { key: 'days', type: 'integer', label: 'Request Timeframe (days)', required: true, default_value: 30 },
  { key: 'tls', type: 'boolean', label: 'Check certificates', default_value: true },
  { key: 'note', type: 'string', label: 'Note' },
];

it('starts from the defaults of the type, or from what is saved', () => {
  expect(initialValues(SPEC)).toEqual({ device: '', days: '30', tls: true, note: '' });
  expect(initialValues(SPEC, { device: 'x', days: 7, tls: false })).toEqual({
    device: 'x',
    days: '7',
    tls: false,
    note: '',
  });
});

it('makes settings of the right types, and takes away what was emptied', () => {
  expect(readValues(SPEC, { device: 'x', days: ' 7 ', tls: false, note: '' })).toEqual({
    settings: { device: 'x', days: 7, tls: false, note: null },
  });
});

it('says at each field what to do', () => {
  expect(readValues(SPEC, { device: '', days: 'a week', tls: true, note: '' })).toEqual({
    problems: { device: 'Choose a registered device.', days: 'Enter a whole number.' },
  });
  expect(readValues(SPEC, { device: 'x', days: '', tls: true, note: '' })).toEqual({
    problems: { days: 'Fill in this field.' },
  });
});

it('reads Quick Start steps with or without their own numbers', () => {
  expect(quickStart('1. Open Devices.\n\n2) Add a device.\nSave.')).toEqual([
    'Open Devices.',
    'Add a device.',
    'Save.',
  ]);
});

it('finds types by every word typed, anywhere', () => {
  const type = (title: string, description: string): ModuleType => ({
    id: '11111111-1111-4111-8111-111111111111',
    visibility: 'global',
    external_references: [],
    properties: {},
    flags: [],
    logo: '',
    title,
    default_name: title,
    short_description: '',
    description,
    tips: '',
    configuration_spec: [],
    capabilities: [],
  });
  const types = [type('Email Security Appliance', 'Message tracking'), type('Relay', 'Any HTTP module')];
  expect(searchTypes(types, 'email TRACK').map((t) => t.title)).toEqual(['Email Security Appliance']);
  expect(searchTypes(types, '')).toHaveLength(2);
});

it('keeps integers within their bounds', () => {
  const days = (minimum?: number, maximum?: number): SpecField[] => [
    { key: 'days', type: 'integer', label: 'Days', minimum, maximum },
  ];
  const problem = (spec: SpecField[], value: string) => {
    const result = readValues(spec, { days: value });
    return 'problems' in result ? result.problems.days : undefined;
  };
  expect(problem(days(1, 365), '0')).toBe('Enter a whole number from 1 to 365.');
  expect(problem(days(1, 365), '365')).toBeUndefined();
  expect(problem(days(1), '0')).toBe('Enter at least 1.');
  expect(problem(days(undefined, 9), '10')).toBe('Enter at most 9.');
});

it('reads a choice as the value that it offers', () => {
  const options = [
    { value: 'a', label: 'A' },
    { value: 7, label: 'Seven' },
  ];
  const spec: SpecField[] = [{ key: 'one', type: 'options', label: 'One', options, required: true }];
  expect(readValues(spec, { one: '7' })).toEqual({ settings: { one: 7 } });
  expect(readValues(spec, { one: '' })).toEqual({ problems: { one: 'Choose one.' } });
});

it('puts fields under their groups, and shows those of the way in that is chosen', () => {
  const field = (key: string, group?: string): SpecField => ({ key, type: 'string', label: key, group });
  const spec = [field('a', 'G'), field('b'), field('c', 'G'), field('d', 'H')];
  expect(grouped(spec).map(({ group, fields }) => [group, fields.map((f) => f.key)])).toEqual([
    ['', ['b']],
    ['G', ['a', 'c']],
    ['H', ['d']],
  ]);
  const token = field('token');
  expect(isOfUse(token, {})).toBe(true);
  expect(isOfUse(token, { 'auth-type': 'bearer' })).toBe(true);
  expect(isOfUse(token, { 'auth-type': 'basic' })).toBe(false);
});

it('offers devices of the wanted type with type, id and address', () => {
  const devices = [
    { id: 'a', name: 'esa03', type: 'ESA', ip: '127.0.0.1' },
    { id: 'b', name: 'sma01', type: 'SMA', ip: '' },
  ];
  expect(deviceOptions(devices, 'ESA')).toEqual([{ value: 'a', label: 'esa03 · ESA · a · 127.0.0.1' }]);
  expect(deviceOptions(devices).map((d) => d.label)).toEqual([
    'esa03 · ESA · a · 127.0.0.1',
    'sma01 · SMA · b',
  ]);
});
