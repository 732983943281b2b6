// The library itself.

export interface Version {
  version: string;
  kernels: string;
}
