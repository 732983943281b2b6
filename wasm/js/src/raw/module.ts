// A WebAssembly module as Emscripten's generated code presents it.
export type Exports<Name extends string> = {
  [name in `_${Name}`]: (...parameters: number[]) => number;
};

export type WasmModule<Name extends string> = Exports<Name> & {
  // Replaced whenever the memory grows: never keep a reference.
  HEAPU8: Uint8Array;
  HEAPU32: Uint32Array;
};

export type ModuleFactory = (options: { wasmBinary?: ArrayBufferView | ArrayBuffer }) => Promise<unknown>;
