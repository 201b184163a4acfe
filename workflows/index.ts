export { anchor } from './anchor/workflow.ts';
export { collectEvidence, submitEvidence } from './evidence/workflow.ts';
export { incident } from './incident/workflow.ts';
export { notification } from './notification/workflow.ts';
export { reconcile } from './reconcile/workflow.ts';
export { scan } from './scan/workflow.ts';
export { store } from './store/workflow.ts';
export { witness } from './witness/workflow.ts';
