import { derivedNames } from '../src/derived-names';

test.each([
  ['dest-plugin-acme-crm', 'AcmeCrmDestination', 'ACME_CRM', 'Acme crm'],
  ['@acme/crm', 'CrmDestination', 'CRM', 'Crm'],
  ['@acme/dest-crm.v2', 'CrmV2Destination', 'CRM_V2', 'Crm v2'],
  ['crm-destination', 'CrmDestination', 'CRM', 'Crm'],
  ['3d-print', 'Plugin3dPrintDestination', 'PLUGIN_3D_PRINT', '3d print'],
  ['dest-plugin', 'PluginDestination', 'PLUGIN', 'Plugin'],
  ['destination', 'DestinationDestination', 'DESTINATION', 'Destination'],
])('%s', (name, className, codePrefix, title) => {
  expect(derivedNames(name)).toEqual({ className, codePrefix, title });
});
