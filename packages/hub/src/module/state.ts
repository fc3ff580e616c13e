/** What a list of modules says about each: which device it asks, and what keeps it from working. Pure. */
import { type Device, fail, type ModuleInstance, type ModuleType } from '@sightline/api';

/** The id of the device that an instance asks, undefined where its type has none. */
export function deviceIdOf(type: ModuleType, settings: ModuleInstance['settings']): string | undefined {
  const field = type.configuration_spec.find((f) => f.type === 'device');
  const value = field && settings[field.key];
  return typeof value === 'string' ? value : undefined;
}

export interface Surroundings {
  type: ModuleType | undefined;
  /** The device of the settings, undefined when it is not there any more. */
  device: Device | undefined;
  /** Whether Threat Response is on, so that the device may be asked. */
  usable: boolean;
  /** What to do when nothing is usable; from the exchange. */
  reason: string;
}

/** '' when the module should work; else a sentence that says what to do. */
export function problemOf(instance: Pick<ModuleInstance, 'settings'>, around: Surroundings): string {
  if (!around.type) return 'This version does not know this kind of module. Delete the module.';
  if (deviceIdOf(around.type, instance.settings) === undefined) return '';
  const { device } = around;
  if (!device) {
    return 'The device of this module was removed from the exchange. Edit the module and choose another device.';
  }
  if (!around.usable) return around.reason || fail('module_device_unusable').message;
  if (device.status !== 'offline') return '';
  return fail('device_offline', { device: device.name, since: device.lastSeen ?? 'it was added' }).message;
}
