/** Addresses that the pages of modules lead to. */
export const MODULES: string = '/modules';
export const NEW_MODULE: string = '/modules/new';
export const DEVICES: string = '/devices';
export const CLOUD_SERVICES: string = '/cloud-services';
export const modulePath = (id: string): string => `${MODULES}/${id}`;
