/** A growing column. */
export class Column<A extends Float64Array | Int32Array | Uint8Array> {
  length = 0;
  #data: A;
  readonly #make: (size: number) => A;
  constructor(make: (size: number) => A) {
    this.#make = make;
    this.#data = make(256);
  }
  push(value: number): void {
    if (this.length === this.#data.length) {
      const larger = this.#make(this.length * 2);
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data[this.length++] = value;
  }
  at(index: number): number {
    return this.#data[index] ?? 0;
  }
  slice(from: number): A {
    return this.#data.slice(from, this.length) as A; // the same kind of array
  }
}

export const floats = (): Column<Float64Array> => new Column((size) => new Float64Array(size));
export const ints = (): Column<Int32Array> => new Column((size) => new Int32Array(size));
export const bytes = (): Column<Uint8Array> => new Column((size) => new Uint8Array(size));
