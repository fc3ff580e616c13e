import { type Action, APPLIANCE_TYPES } from '@sightline/api';
import { expect, it } from 'vitest';
import { deedOf, effectOf, grouped, hoursOf, whereOf } from './offers.ts';

const action = (
  module: string,
  title: string,
  query = '',
  type: string = APPLIANCE_TYPES.emailSecurity,
): Action => ({
  module,
  module_instance_id: crypto.randomUUID(),
  module_type_id: type,
  id: 'email-block-sender',
  title,
  description: `From now on ${module} stops mail from this sender, for 30 days.`,
  url: `https://portal.example/iroh/x/${module}/email-block-sender?hours=720${query}`,
});

it('shows once and does once what every module offers to do everywhere', () => {
  const groups = grouped([
    action('esa01', 'Block'),
    action('esa01', 'Block on all 2 appliances', '&appliances=all'),
    action('esa02', 'Block'),
    action('esa02', 'Block on all 2 appliances', '&appliances=all'),
  ]);
  expect(groups.map((group) => [group[0].title, group.length, whereOf(group)])).toEqual([
    ['Block', 2, 'esa01, esa02'],
    ['Block on all 2 appliances', 1, 'All appliances'],
  ]);
});

it('takes a relay that uses the words of an appliance for what it is', () => {
  const relay = action('relay', 'Block', '&appliances=all', crypto.randomUUID());
  const groups = grouped([action('esa01', 'Block'), relay, { ...relay, module: 'second' }]);
  expect(groups.map((group) => group.length)).toEqual([1, 2]);
  expect(groups.map(hoursOf)).toEqual(['720', undefined]);
  expect(effectOf(relay)).toBe(relay.description);
});

it('leaves the time out of what will happen, and reads an action as words', () => {
  expect(effectOf(action('esa01', 'Block'))).toBe('From now on esa01 stops mail from this sender.');
  expect(deedOf('email-quarantine-waiting')).toBe('Quarantine waiting');
});
