import { BODY_SIZE_MAX_BYTES } from './limits.ts';

/** What a successful answer is. */
export interface AnswerDescription {
  readonly description: string;
  readonly mediaType: string;
  /** Name of a schema in answer-schemas.ts; null for plain text. */
  readonly schema: 'Admission' | 'Readiness' | 'Description' | 'OpenApi' | null;
}

/** One operation of the service: the routes and the OpenAPI document are both made from it. */
export interface Operation {
  readonly id: OperationId;
  readonly method: 'GET' | 'POST';
  /** As in OpenAPI, a parameter in braces. */
  readonly path: string;
  readonly summary: string;
  readonly description: string;
  /** Whether a document is sent. */
  readonly hasDocument: boolean;
  readonly answers: Readonly<Record<number, AnswerDescription>>;
  /** Statuses of the failures that it may end with, which are problems of RFC 9457. */
  readonly problems: readonly number[];
}

export type OperationId = 'admit' | 'admitKind' | 'describe' | 'isAlive' | 'isReady' | 'readMetrics' | 'readOpenApi';

const ADMISSION: AnswerDescription = {
  description: "The core's answer, its own bytes: the verdict is in the body, also when it is `deny`",
  mediaType: 'application/json',
  schema: 'Admission',
};

const READINESS = (description: string): AnswerDescription => ({
  description,
  mediaType: 'application/json',
  schema: 'Readiness',
});

const ADMIT_PROBLEMS = [400, 413, 415, 500, 503, 504];

const ADMIT_DESCRIPTION =
  `The body is the document as its author wrote it, of at most ${BODY_SIZE_MAX_BYTES} bytes: positions in the answer ` +
  'are positions in these bytes. The policy is that of the service; a query is refused.';

export const OPERATIONS: readonly Operation[] = [
  {
    id: 'admit',
    method: 'POST',
    path: '/v1/admit',
    summary: 'Judge a document, its kind detected',
    description: ADMIT_DESCRIPTION,
    hasDocument: true,
    answers: { 200: ADMISSION },
    problems: ADMIT_PROBLEMS,
  },
  {
    id: 'admitKind',
    method: 'POST',
    path: '/v1/admit/{kind}',
    summary: 'Judge a document of a known kind',
    description: ADMIT_DESCRIPTION,
    hasDocument: true,
    answers: { 200: ADMISSION },
    problems: [...ADMIT_PROBLEMS, 404].sort(),
  },
  {
    id: 'describe',
    method: 'GET',
    path: '/v1/describe',
    summary: 'What judges here: core, rules, limits, policy fields, modes',
    description: 'The description that the core gives of itself, with hashes of the core and of the policy in force.',
    hasDocument: false,
    answers: {
      200: { description: 'What judges here', mediaType: 'application/json', schema: 'Description' },
    },
    problems: [],
  },
  {
    id: 'isAlive',
    method: 'GET',
    path: '/livez',
    summary: 'Whether the process answers',
    description: 'Answers as long as the process does, also while it drains.',
    hasDocument: false,
    answers: { 200: { description: 'It does', mediaType: 'text/plain', schema: null } },
    problems: [],
  },
  {
    id: 'isReady',
    method: 'GET',
    path: '/readyz',
    summary: 'Whether documents should be sent here',
    description: 'Not ready without a worker and while it drains. A file that was refused on reload shows here.',
    hasDocument: false,
    answers: { 200: READINESS('They should'), 503: READINESS('They should not') },
    problems: [],
  },
  {
    id: 'readMetrics',
    method: 'GET',
    path: '/metrics',
    summary: 'Counters for Prometheus',
    description: 'The text format of Prometheus.',
    hasDocument: false,
    answers: { 200: { description: 'All metrics', mediaType: 'text/plain', schema: null } },
    problems: [],
  },
  {
    id: 'readOpenApi',
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document',
    description: 'OpenAPI 3.1.',
    hasDocument: false,
    answers: { 200: { description: 'The document', mediaType: 'application/json', schema: 'OpenApi' } },
    problems: [],
  },
];
