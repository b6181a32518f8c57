// The errors of the storage, named by what the caller can do about them.

export class StorageFault extends Error {
  constructor(name, cause) {
    super(`${name}: ${cause?.name ?? ""} ${cause?.message ?? cause}`, { cause });
    this.name = name;
  }
}

const NAMES = {
  QuotaExceededError: "StorageFull",
  NoModificationAllowedError: "AlreadyOpen",
};

// A StorageFault for anything an engine throws; `name` when nothing better is known.
export function fault(name, error) {
  if (error instanceof StorageFault) return error;
  return new StorageFault(NAMES[error?.name] ?? name, error);
}
