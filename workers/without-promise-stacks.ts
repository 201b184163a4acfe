import v8 from 'node:v8';

/**
 * Preloaded (`node --import`) into the worker and its workflow threads. The SDK hooks the creation of every promise of
 * workflow code to keep its stack, for nothing but the stack trace query: half of the processor time of a workflow task
 * and much of the memory of an open incident. Where Node has no such hooks the SDK works without; here it gets one that
 * does nothing. Errors keep their stacks.
 */
v8.promiseHooks.createHook = () => () => undefined;
