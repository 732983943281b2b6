import type { ModuleFactory } from '../raw/module.js';
declare const create: ModuleFactory;
export default create;
