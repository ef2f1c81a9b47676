/**
 * The shapes of every JSON document that crosses the boundary to the core.
 *
 * The core (`assembly/`) writes these documents and a host reads them; the frozen description is `docs/abi/v1.md`.
 * A host carries out what stands here and never interprets a `DVDI_*` variable, a container path rule or a reference
 * count itself.
 */
export type * from './decision-documents.ts';
export type * from './ledger-documents.ts';
