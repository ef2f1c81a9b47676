/**
 * What a JSON Schema can say of a Marathon app's variables, for the figure of ajv: which there are, their characters
 * and the shape of options and paths. It can say nothing of two variables beside each other, of policy, of several
 * tasks, or of upgrades.
 */
export const appSchema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'string' },
    instances: { type: 'integer', maximum: 1 },
    env: {
      type: 'object',
      propertyNames: {
        anyOf: [
          { not: { pattern: '^DVDI_VOLUME_' } },
          { pattern: '^DVDI_VOLUME_(NAME|DRIVER|OPTS|CONTAINERPATH|DVDCLI|EXPLICITCREATE)[0-9]?$' },
        ],
      },
      patternProperties: {
        '^DVDI_VOLUME_NAME[0-9]?$': { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\w.:@/=,+%^-]*$' },
        '^DVDI_VOLUME_DRIVER[0-9]?$': { type: 'string', pattern: '^[\\w.-]*$' },
        '^DVDI_VOLUME_OPTS[0-9]?$': {
          type: 'string',
          pattern: '^((size|iops)=0*[1-9][0-9]*|newfstype=(ext4|xfs)|overwritefs=(true|false)|[\\w.-]+=[^,]*|,)*$',
        },
        '^DVDI_VOLUME_CONTAINERPATH[0-9]?$': { type: 'string', pattern: '^(/(?!\\.\\.(/|$))[^/]*)*$' },
        '^DVDI_VOLUME_DVDCLI[0-9]?$': { enum: ['/usr/bin/dvdcli'] },
        '^DVDI_VOLUME_EXPLICITCREATE[0-9]?$': { type: 'string', pattern: '^\\s*(true|false)?\\s*$' },
      },
    },
  },
} as const;
